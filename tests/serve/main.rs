//! The service as its clients meet it: a process, a socket, whole answers. One module per area.

mod authentic;
mod bad_input;
mod banks;
mod captures;
mod clamd;
mod client;
mod clients;
mod crashes;
mod document;
mod files;
mod keys;
mod network;
mod restart;
mod review;
mod scratch;
mod status;
mod store;
mod tls;
mod uploads;
mod watch;
mod wire;
mod withdraw;

#[path = "../pictures/mod.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod pictures;

#[path = "../../fixtures/notices/mod.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod notices;
