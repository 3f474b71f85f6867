//! The service as its clients meet it: a process, a socket, whole answers. One module per area.

mod clamd;
mod client;
mod pictures;
mod status;
mod store;
mod wire;
