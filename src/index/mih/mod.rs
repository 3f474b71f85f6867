//! Ring multi-index hashing: near hashes agree closely in some chunk, so look where that chunk is nearly the query's.
//!
//! A hash is cut into m chunks of consecutive bits. For each chunk the file holds a *bucket* for each value that the
//! chunk can have. The bucket has the *postings*: the hashes with this value there. Each posting has a *sketch*: the
//! lowest 16 bits of the hash's next chunk. The sketch of a short hash is all of that chunk. A query probes, in each
//! chunk, the buckets whose values differ from its own in a few bits. It passes over the postings whose sketches are
//! too far away, and compares the rest in full.
//!
//! # Why nothing is lost
//! Let r be the radius. Give every chunk i a *share* s_i >= 0 such that the shares add up to r + 1. Let d_i be the
//! distance of query and hash in chunk i alone. Chunks partition the bits, so the d_i add up to the distance d.
//!
//! **Claim.** If d <= r, there is a chunk i with d_i < s_i and d_i + d_(i+1) < s_i + s_(i+1). The chunk after the last
//! one is the first.
//!
//! *Proof.* Write e_i = d_i - s_i. The e_i add up to d - (r + 1) <= -1. Let P_k = e_0 + ... + e_(k-1), continued around
//! the ring, so that P_(k+m) = P_k + P_m < P_k. Let k be the last of 0, ..., m-1 at which P is largest. Then every
//! later P_j with k < j < k + m is less than P_k. Up to m-1 this holds because k is the last of the largest. From m on
//! it holds because P_j = P_(j-m) + P_m < P_(j-m) <= P_k. So every sum e_k + ... + e_(j-1) = P_j - P_k is negative.
//! The sums of one and of two terms are the claim. With m = 1 the second says the same of the whole ring twice. []
//!
//! So a query may probe in every chunk i all buckets at distance c < s_i. There it compares in full every posting whose
//! sketch is at distance at most s_i + s_(i+1) - 1 - c. It misses nothing: a sketch holds some bits of the next chunk,
//! so its distance is at most d_(i+1). A chunk with share 0 is not probed at all. This holds at any radius, for any
//! division of r + 1 into shares, and for any list. Shares are divided evenly here. For 256 bits, 16 chunks and radius
//! 31 all shares are 2, so 16 x 17 buckets are probed.
//!
//! The first condition alone is the general form of M. Norouzi, A. Punjani and D. J. Fleet, "Fast search in Hamming
//! space with multi-index hashing", CVPR 2012. The second is from J. Qin and C. Xiao, "Pigeonring: a principle for
//! faster thresholded similarity search", PVLDB 12(1), 2018. With a million listed PDQ hashes it leaves one in fifty of
//! the full comparisons of the first one.
//!
//! # How it is fast
//! Memory is what a query waits for, so everything is asked for ahead. First come the bounds of all buckets. While the
//! sketches of one chunk are tested, those of the next are fetched. Then come the ordinals of the postings that passed,
//! and then their hashes. A wrong guess of the processor on the length of a bucket costs more than testing one. So 32
//! sketches are tested in one step, about as many as a bucket has. A mask keeps those of the bucket. A batch goes chunk
//! by chunk, and in each chunk through one pattern of changed bits after another. For each pattern the queries follow
//! in the order of their values, so neighbouring queries touch neighbouring buckets.
//!
//! # Why no list makes it slow
//! The author of a poisoned list chooses how full its buckets are. So a query pays for each step before it takes it.
//! Its budget is half of what exhaustive search costs. A single query counts all postings before it looks at any. When
//! the budget does not suffice the query gives up. It is then compared with every hash, at the usual cost.

mod build;
mod check;
mod filter;
mod layout;
mod probes;
mod search;

pub(super) use build::write;
pub(super) use check::check;
pub(super) use layout::{Chunks, Layout};
pub(super) use search::Mih;
