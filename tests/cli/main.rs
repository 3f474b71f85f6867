//! The command as a user meets it: whole output, exit codes, and what is left behind. One module per journey.

mod bad_input;
mod desk;
mod exact;
mod findings;
mod index;
mod lists;
mod output;
mod readme;
mod remember;
mod scan;
