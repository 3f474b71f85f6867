//! The documentation against the product: examples run, links resolve, and tables agree with the code.
//!
//! `BASMA_BLESS=1 cargo test --test docs` writes the generated parts and the output of examples anew. The difference
//! in version control is then what a reviewer reads.

#[cfg(unix)]
mod console;
mod container;
mod formats;
mod library;
mod links;
mod list_errors;
mod names;
mod page;
#[cfg(unix)]
mod picture;
mod reasons;
mod reference;
mod sources;
mod units;
