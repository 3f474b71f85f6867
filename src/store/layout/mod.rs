//! What stands where in a store: its files, their content, and who may change them.
//!
//! | module | |
//! |---|---|
//! | `folder` | paths and permissions |
//! | `manifest`, `terms`, `baseline`, `difference` | what a generation is made of, and what each list may be used for |
//! | `raw` | bytes of lists by their digest |
//! | `attempts` | when each source was last tried, and how that ended |
//! | `lock`, `clock` | one writer at a time; the present time |

pub(super) mod attempts;
pub(super) mod baseline;
pub(super) mod clock;
pub(super) mod difference;
pub(super) mod folder;
pub(super) mod manifest;
pub(super) mod raw;
pub(super) mod terms;
