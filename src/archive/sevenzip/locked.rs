//! The keys of encrypted blocks of 7z files. Making one takes some tenths of a second, so that each is made once.

use std::collections::HashMap;
use std::io;

use super::block::{AES, Block, Coder};
use crate::archive::crypt::{sevenzip_key, utf16};
use crate::archive::gap::{GapKind, gap_error};
use crate::archive::passwords::Steps;
use crate::error::Reason;

/// The most rounds that the key of a block takes, as a power of two: 7-Zip writes 19.
const CYCLES_MAX: u8 = 24;

/// What stands for no rounds: the password is the key.
const CYCLES_NONE: u8 = 0x3F;

/// More keys are not kept.
const KEYS_MAX: usize = 4096;

/// Keys by their salt, rounds and password.
#[derive(Default)]
pub(super) struct Keys(HashMap<(Vec<u8>, u8, Vec<u8>), [u8; 32]>);

impl Keys {
    /// Makes the keys of a block; `false` where there were not enough steps.
    pub(super) fn derive(
        &mut self,
        block: &Block,
        password: &[u8],
        steps: &mut Steps,
    ) -> io::Result<bool> {
        for coder in block.coders.iter().filter(|coder| coder.method == AES) {
            let broken = || gap_error(GapKind::Damaged, Reason::SevenzipHeader);
            let lock = Lock::read(coder).ok_or_else(broken)?;
            if lock.cycles > CYCLES_MAX && lock.cycles != CYCLES_NONE {
                let reason = Reason::SevenzipEncrypted;
                return Err(gap_error(GapKind::Unsupported, reason));
            }
            let key = (lock.salt.to_vec(), lock.cycles, password.to_vec());
            if self.0.contains_key(&key) {
                continue;
            }
            let password = utf16(password);
            let round = (lock.salt.len() + password.len() + 8) as u64;
            let rounds = match lock.cycles {
                CYCLES_NONE => 1,
                cycles => 1 << cycles,
            };
            if !steps.take_bytes(round * rounds) {
                return Ok(false);
            }
            if self.0.len() >= KEYS_MAX {
                self.0.clear();
            }
            let made = sevenzip_key(&password, lock.salt, lock.cycles);
            self.0.insert(key, made);
        }
        Ok(true)
    }

    /// The key of a coder for a password, and its initial vector.
    pub(super) fn key(&self, coder: &Coder, password: &[u8]) -> Option<([u8; 32], [u8; 16])> {
        let lock = Lock::read(coder)?;
        let key = (lock.salt.to_vec(), lock.cycles, password.to_vec());
        Some((*self.0.get(&key)?, lock.iv))
    }
}

/// What a coder says of its key.
struct Lock<'c> {
    cycles: u8,
    salt: &'c [u8],
    iv: [u8; 16],
}

impl Lock<'_> {
    fn read(coder: &Coder) -> Option<Lock<'_>> {
        let (&first, rest) = coder.properties.split_first()?;
        let cycles = first & 0x3F;
        if first & 0xC0 == 0 {
            return Some(Lock {
                cycles,
                salt: &[],
                iv: [0; 16],
            });
        }
        let (&lengths, rest) = rest.split_first()?;
        let salt = usize::from(first >> 7) + usize::from(lengths >> 4);
        let vector = usize::from(first >> 6 & 1) + usize::from(lengths & 0x0F);
        let (salt, rest) = rest.split_at_checked(salt)?;
        let mut iv = [0; 16];
        iv.get_mut(..vector)?.copy_from_slice(rest.get(..vector)?);
        Some(Lock { cycles, salt, iv })
    }
}
