//! The editions of one source, one upon the other.

use std::sync::Arc;

use crate::Result;
use crate::index::Index;
use crate::store::decisions::targets::{self, Tombstones};
use crate::store::layout::manifest::{IndexFile, LayerFiles};
use crate::store::view::build::IndexFactory;
use crate::store::view::layer::{Content, Layer, Standing};

/// Layers with their files open, lower ones first.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Stack {
    pub(in crate::store) files: Vec<LayerFiles>,
    open: Vec<(Arc<Index>, Option<Arc<Index>>)>,
}

/// How many deltas may lie upon the first edition before they become one.
const DELTAS_MAX: usize = 8;
/// When the deltas hold this share of the entries of the first edition, all become one.
const SHARE_MAX: u64 = 5;

impl Stack {
    pub(in crate::store) fn push(
        &mut self,
        file: IndexFile,
        index: Arc<Index>,
        withdrawn: Option<(IndexFile, Arc<Index>)>,
    ) {
        let (withdrawn_file, withdrawn) = withdrawn.unzip();
        self.files.push(LayerFiles {
            index: file,
            withdrawn: withdrawn_file,
        });
        self.open.push((index, withdrawn));
    }

    /// What queries look into, less what is gone of all layers.
    pub(in crate::store) fn layers(
        &self,
        mut gone: Vec<Tombstones>,
        standing: Option<Arc<Standing>>,
    ) -> Vec<Layer> {
        let mut layers = Vec::new();
        // From the top: each takes something out of those below.
        for (height, (index, withdrawn)) in self.open.iter().enumerate().rev() {
            layers.push(Layer {
                content: Content::Built(index.clone()),
                standing: standing.clone(),
                gone: gone.clone(),
                replaces: height > 0,
            });
            gone.extend(
                withdrawn
                    .clone()
                    .map(|withdrawn| Tombstones::Built(withdrawn, None)),
            );
        }
        layers.reverse();
        layers
    }

    /// What the source says, whatever was decided by hand.
    pub(in crate::store) fn source(&self) -> Vec<Layer> {
        self.layers(Vec::new(), None)
    }

    /// Keeps queries fast: many deltas become one, and large ones become part of the first edition.
    pub(in crate::store) fn compact(
        &mut self,
        list: &str,
        factory: &IndexFactory<'_>,
    ) -> Result<()> {
        let rows =
            |files: &[LayerFiles]| -> u64 { files.iter().map(|files| files.index.rows).sum() };
        let Some((first, deltas)) = self.files.split_first() else {
            return Ok(());
        };
        if deltas.is_empty() {
            return Ok(());
        }
        let is_small = rows(deltas) * SHARE_MAX <= first.index.rows;
        if !is_small {
            let (file, index) = factory.merge(list, &self.source())?;
            *self = Stack::default();
            self.push(file, Arc::new(index), None);
        } else if deltas.len() > DELTAS_MAX {
            let mut upper = self.clone();
            let first = upper.open.remove(0);
            let first_files = upper.files.remove(0);
            let mut withdrawals = Vec::new();
            for index in upper
                .open
                .iter()
                .filter_map(|(_, withdrawn)| withdrawn.as_ref())
            {
                withdrawals.extend(targets::read(index)?);
            }
            let (file, index) = factory.merge(list, &upper.source())?;
            let withdrawn = match withdrawals.as_slice() {
                [] => None,
                withdrawals => Some(factory.targets(withdrawals)?),
            };
            *self = Stack {
                files: vec![first_files],
                open: vec![first],
            };
            self.push(
                file,
                Arc::new(index),
                withdrawn.map(|(file, index)| (file, Arc::new(index))),
            );
        }
        Ok(())
    }
}
