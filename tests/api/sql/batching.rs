//! The batch loader: one batch per loader and level, regardless of the rows, the load and the resolvers.

mod fixture;

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use syllabus::loader::{BatchQueue, DispatchPolicy, run_with_batches};
use tokio::time::{sleep, timeout};

use fixture::{LONG, Log, Pace, request, run, run_with, schema};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_batch_per_loader_and_level_whatever_the_rows() {
    for n in [1, 2, 29, 30, 31, 50, 100, 500, 1000] {
        let (r, log) =
            run(&format!("{{ nodes(n: {n}) {{ items {{ leaf {{ id }} }} courses {{ leaf {{ id }} }} }} }}")).await;
        assert!(r.errors.is_empty());
        assert_eq!(log.keys("items"), [n]);
        assert_eq!(log.keys("courses"), [n]);
        assert_eq!(log.keys("leaf"), [n * 4]); // the union of both branches
        assert_eq!(log.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_split_and_no_leak_under_load() {
    let s = schema();
    let tasks: Vec<_> = (0..32)
        .map(|t| {
            let s = s.clone();
            tokio::spawn(async move {
                for i in 0..10 {
                    // A different size per request: a key of another request would show in the counts.
                    let n = 1 + (t * 7 + i) % 90;
                    let q = format!("{{ nodes(n: {n}) {{ items {{ leaf {{ id }} }} courses {{ id }} }} }}");
                    let (r, log) = run_with(s.clone(), &q, DispatchPolicy::Level, Pace::Quick).await;
                    assert!(r.errors.is_empty());
                    assert_eq!(
                        (log.keys("items"), log.keys("courses"), log.keys("leaf")),
                        (vec![n], vec![n], vec![n * 3])
                    );
                }
            })
        })
        .collect();
    for t in tasks {
        t.await.expect("it does not panic");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_level_barrier_joins_a_fast_and_a_slow_branch() {
    let q = "{ nodes(n: 40) { items { leaf { id } } courses { leaf { id } } } }";
    let (_, log) = run_with(schema(), q, DispatchPolicy::Level, Pace::Slow(Duration::from_millis(5))).await;
    assert_eq!(log.keys("leaf"), [160]);
    // Without it the fast branch runs ahead, and the cache answers the keys of both.
    let (_, log) = run_with(schema(), q, DispatchPolicy::Idle, Pace::Behind("leaf")).await;
    assert_eq!(log.keys("leaf"), [120, 40]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn big_joins_wake_themselves_and_do_not_split() {
    let (_, log) = run("{ nodes(n: 5) { big { big { leaf { id } } } } }").await;
    assert_eq!(log.keys("leaf"), [8_000]);
    let (_, log) = run("{ nodes(n: 400) { items { items { items { leaf { id } } } } } }").await;
    assert_eq!(log.keys("leaf"), [10_800]);
    assert_eq!(log.keys("items").len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokio_budget_does_not_split() {
    let (_, log) = run("{ nodes(n: 1000) { permit { id } } }").await;
    assert_eq!(log.keys("leaf"), [1000]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resolver_io_does_not_block_batches() {
    let (r, log) = run("{ nodes(n: 50) { ownIo { id } items { id } } }").await;
    assert!(r.errors.is_empty());
    assert_eq!(log.keys("items"), [50]); // out while the others still wait
    assert_eq!(log.keys("leaf").iter().sum::<usize>(), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loader_may_use_another() {
    let (r, log) = run("{ nodes(n: 50) { nested { leaf { id } } items { id } } }").await;
    assert!(r.errors.is_empty());
    assert_eq!((log.keys("nested"), log.keys("inner"), log.keys("leaf")), (vec![50], vec![50], vec![50]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_from_another_task_wakes_the_driver() {
    // Alone: nothing else would wake it. Every load is answered; batching across tasks depends on timing.
    for _ in 0..50 {
        let (r, log) = run("{ nodes(n: 1) { spawned } }").await;
        assert!(r.errors.is_empty());
        assert_eq!(log.keys("shared"), [1]);
    }
    for _ in 0..50 {
        let (r, log) = run("{ nodes(n: 20) { spawned items { id } } }").await;
        assert!(r.errors.is_empty());
        assert_eq!((log.keys("shared").iter().sum::<usize>(), log.keys("items")), (20, vec![20]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_spinning_resolver_stops_neither_batches_nor_the_runtime() {
    let other = tokio::spawn(sleep(Duration::from_millis(5)));
    let (r, log) = run("{ nodes(n: 5) { spins arrives } }").await;
    assert!(r.errors.is_empty());
    assert_eq!(log.keys("leaf"), [5]);
    timeout(LONG, other).await.expect("hangs").expect("it does not panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_early_error_ends_the_request() {
    let (r, _) = run("{ nodes(n: 5) { items { fails leaf { id } } } }").await;
    assert_eq!(r.errors.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_loader_takes_its_own_request_only() {
    let bad = tokio::spawn(async { run("{ nodes(n: 5) { panics { id } items { id } } }").await.1.len() });
    let good = run("{ nodes(n: 5) { items { id } } }").await;
    assert!(bad.await.expect_err("it panics").is_panic());
    assert_eq!(good.1.keys("items"), [5]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_request_drops_its_own_batches_only() {
    let query = "{ nodes(n: 40) { courses { leaf { id } } items { id } } }";
    let slow = Pace::Slow(Duration::from_millis(40));
    let s = schema();
    let others: Vec<_> = (0..16)
        .map(|_| {
            let s = s.clone();
            tokio::spawn(async move { run_with(s, query, DispatchPolicy::Level, slow).await })
        })
        .collect();
    for _ in 0..16 {
        let (q, log) = (BatchQueue::default(), Arc::<Log>::default());
        let request = request(&q, query, &log, Pace::Slow(LONG));
        tokio::select! {
            _ = run_with_batches(&q, s.execute(request)) => panic!("the slow statement has no answer yet"),
            () = log.until_answered("items") => {}
        }
        assert_eq!((log.keys("courses"), log.keys("items"), log.keys("leaf")), (vec![40], vec![40], vec![]));
        assert_eq!(log.dropped.load(SeqCst), 1); // the slow statement
        assert_eq!(Arc::strong_count(&log), 1); // loaders, batches and queue are gone
    }
    for o in others {
        let (r, log) = timeout(LONG, o).await.expect("hangs").expect("it does not panic");
        assert!(r.errors.is_empty());
        assert_eq!((log.keys("courses"), log.keys("leaf")), (vec![40], vec![160]));
        assert_eq!(log.dropped.load(SeqCst), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_requests_do_not_hang_others() {
    let s = schema();
    let tasks: Vec<_> = (0..32u64)
        .map(|t| {
            let s = s.clone();
            tokio::spawn(async move {
                for i in 0..20u64 {
                    let (q, log) = (BatchQueue::default(), Arc::<Log>::default());
                    let r = request(&q, "{ nodes(n: 35) { items { leaf { id } } nested { id } } }", &log, Pace::Quick);
                    let run = run_with_batches(&q, s.execute(r));
                    if (t + i) % 3 == 0 {
                        let _ = timeout(Duration::from_micros(t * i % 5000), run).await;
                    } else {
                        assert!(timeout(LONG, run).await.expect("hangs").errors.is_empty());
                        assert_eq!((log.keys("items"), log.keys("leaf")), (vec![35], vec![105]));
                    }
                    assert_eq!(Arc::strong_count(&log), 1);
                }
            })
        })
        .collect();
    for t in tasks {
        t.await.expect("it does not panic");
    }
}
