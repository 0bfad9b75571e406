//! Storage failures: afterwards an acknowledged write is stored, a rejected one is not, and the next one succeeds.
//!
//! | module | fault |
//! | --- | --- |
//! | `disk` | the nth write, sync, truncation or lock of SQLite's files fails, for every kind of write and every n |
//! | `failed_sync` | the nth sync of SQLite's files fails, and the server is killed before it writes again |
//! | `connection_loss` | PostgreSQL's backend ends, or its connection breaks, at the nth statement, for every kind of write and every n |
//! | `full` | SQLite's file system, or the tablespace of PostgreSQL, is full, for every kind of write |
//! | `temporary` | the directory for the temporary files of an import is missing or full |
//! | `timeout` | a statement exceeds PostgreSQL's `statement_timeout`, for every kind of write and every table |
//! | `outage` | PostgreSQL stops, crashes or drops its connections under load |
//!
//! By default every sync and every tenth of the other calls is tried, from the first or `FAULT_FIRST` on.
//! `FAULT_EVERY=1 cargo test --test process fault:: -- --nocapture` tries all of them; the counts are printed either way.

#[cfg(target_os = "linux")]
mod connection_loss;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod failed_sync;
#[cfg(target_os = "linux")]
mod full;
pub mod load;
mod outage;
#[cfg(target_os = "linux")]
mod place;
#[cfg(target_os = "linux")]
pub mod postgres;
#[cfg(target_os = "linux")]
mod proxy;
#[cfg(target_os = "linux")]
mod server;
#[cfg(target_os = "linux")]
mod shim;
#[cfg(target_os = "linux")]
mod state;
#[cfg(target_os = "linux")]
mod sweep;
#[cfg(target_os = "linux")]
mod temporary;
#[cfg(target_os = "linux")]
mod timeout;
#[cfg(target_os = "linux")]
pub mod tmpfs;
#[cfg(target_os = "linux")]
mod writes;
