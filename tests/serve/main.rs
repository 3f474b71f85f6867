//! The service as its clients meet it: a process, a socket, whole answers. One module per area.

mod captures;
mod client;
mod files;
mod keys;
mod network;
mod review;
mod status;
mod store;
mod tls;
mod watch;

#[path = "../pictures/mod.rs"]
mod pictures;
