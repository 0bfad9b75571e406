//! Each server of PostgreSQL behind a PgBouncer of its own, in transaction mode.

use serde_json::json;

use super::unresponsive::LISTENING;
use super::{PAGE, Servers, number, url, with_addresses};
use crate::common::Cluster;
use crate::common::pgbouncer::{PgBouncer, PgBouncerOptions};
use crate::common::recipe::block;
use crate::editing::text;
use crate::event_stream::EventStream;
use crate::wait::until;

const SLUG: &str = "web-development";
const OPTIONS: PgBouncerOptions = PgBouncerOptions { pool_size: 0, lines: "auth_type = trust\n" };

#[tokio::test]
async fn replicas_and_failovers_work_through_poolers() {
    let Some(servers) = Servers::start(2).await else { return };
    let start = |cluster: &Cluster| PgBouncer::start(cluster, OPTIONS);
    let poolers: Option<Vec<PgBouncer>> = servers.all().map(start).collect();
    let Some(poolers) = poolers else { return };
    let addresses: Vec<String> = poolers.iter().map(PgBouncer::address).collect();
    let direct: Vec<String> = servers.all().map(Cluster::address).collect();
    let settings = documented_settings(&addresses, &direct);
    let [catalog, other] = [(); 2].map(|()| servers.serve_configured(&settings));
    let statements = async |pooler: usize| catalog.metric("syllabus_db_replica_statements", &addresses[pooler]).await;
    let mut first = 0;
    until("both replicas are used", async || {
        first += 1;
        // Another query each time, which no cache contains.
        let query = json!({ "query": format!("{{ topics(first: {first}) {{ nodes {{ title }} }} }}") });
        assert_eq!(catalog.send(false, &query, None).await.status, 200);
        statements(1).await > 0 && statements(2).await > 0
    })
    .await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    for number in 0..20 {
        let title = format!("Title {number}");
        assert_eq!(catalog.rename(&id, &title).await.body["data"]["topicUpdate"]["userErrors"], json!([]));
        assert_eq!(catalog.title(SLUG).await, title);
    }
    servers.primary.stop();
    assert_eq!(catalog.title(SLUG).await, "Title 19");
    let promoted = &servers.standbys[0];
    promoted.promote();
    until("writes resume", async || catalog.rename(&id, "After the failover").await.status == 200).await;
    assert_eq!(catalog.title(SLUG).await, "After the failover");
    until("both servers listen to the new primary", async || number(promoted, LISTENING).await == 2).await;
    let mut events = EventStream::open(&other.server).await;
    until("the other server writes", async || other.rename(&id, "Elsewhere").await.status == 200).await;
    events.wait_for("Elsewhere").await;
    assert_eq!(catalog.rename(&id, "Notified").await.status, 200);
    events.wait_for("Notified").await;
}

#[tokio::test]
async fn a_direct_url_to_a_standby_is_logged_with_the_remedy() {
    let Some(servers) = Servers::start(1).await else { return };
    let Some(pooler) = PgBouncer::start(&servers.primary, OPTIONS) else { return };
    let standby = url(&servers.standbys[0]);
    let options = ["--database-pooler", "transaction", "--database-direct-url", &standby];
    let catalog = servers.serve_with(&[pooler.address()], &[], &options);
    let remedy = "the URL must lead to a server that accepts writes, not to a standby";
    until("the wrong direct URL is logged", async || catalog.server.logged(remedy) > 0).await;
}

/// Returns the documented settings for poolers and servers of PostgreSQL at these addresses, up to three of each.
fn documented_settings(poolers: &[String], direct: &[String]) -> String {
    let (_, section) = PAGE.split_once("\n### Behind PgBouncer\n").expect("the page has the section");
    let settings = block(section, "syllabus.toml").replace(":secret", "");
    let settings = settings.replace("db1:6432,db2:6432,db3:6432", &poolers.join(","));
    let settings = settings.replace("db1,db2,db3", &direct.join(","));
    with_addresses(&settings, &[1, 2, 3].map(|number| format!("db{number}:6432")), poolers)
}
