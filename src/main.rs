//! The `basma` command.
fn main() {}
