//! An index, made of arrays or opened, asked by arrays.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use basma::hash::{Hash, HashType};
use basma::index::{self, Builder};
use basma::list::{Change, Entry, List, Source};
use numpy::{IntoPyArray as _, PyArray1, PyArray2, PyArrayMethods as _};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rayon::slice::ParallelSliceMut as _;

use crate::errors::{fault, raised, refused};
use crate::input::{self, Hashes};
use crate::table::Table;
use crate::work::{in_pool, run, run_cancellable};

/// What names a source that is an array, in the index itself: its entries are counted as the array's rows are.
const ARRAY: &str = "array";

/// How many queries of a batch go at first, and at most. The next part is as large as the hits of the last one allow.
const PART_MIN: usize = 16;
const PART_MAX: usize = 1 << 14;
/// How many hits of one part are expected at most.
const PART_HITS: usize = 1 << 21;

/// How much memory a build is given for each row, so that none goes to temporary files. It uses a quarter of that.
const ROW_BYTES: usize = 1 << 10;
/// How much at most: larger arrays go to temporary files in part.
const MEMORY_BYTES_MAX: usize = 4 * Builder::MEMORY_BYTES;

/// What an entry says: list, id, labels, hash, line.
type EntryParts = (String, Option<String>, Vec<String>, String, u64);

/// The compiled half of `basma.Index`.
#[pyclass(frozen, module = "basma._basma")]
pub(crate) struct Index {
    index: Arc<index::Index>,
    /// The file, if it is one.
    path: Option<PathBuf>,
    /// Whether entries are counted as the rows of an array were.
    is_array: bool,
    /// Where each row of the array stands in the index, by type.
    rows: OnceLock<HashMap<HashType, Vec<u32>>>,
}

/// Hits as columns.
#[derive(Default)]
struct Columns {
    query: Vec<i64>,
    entry: Vec<i64>,
    distance: Vec<i32>,
}

/// Three arrays of one length.
type Arrays<'py> = (
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i32>>,
);

#[pymethods]
impl Index {
    /// Builds an index of hashes, in memory or in a file.
    #[staticmethod]
    #[pyo3(signature = (hashes, hash_type, ids, name, structure, path))]
    fn build(
        py: Python<'_>,
        hashes: &Bound<'_, PyAny>,
        hash_type: &str,
        ids: Option<Vec<Option<String>>>,
        name: String,
        structure: &str,
        path: Option<PathBuf>,
    ) -> PyResult<Index> {
        let hash_type = input::hash_type(hash_type)?;
        let structure = structure.parse().map_err(raised)?;
        let hashes = Hashes::of(hashes, hash_type)?;
        let count = hashes.len(hash_type);
        if let Some(ids) = &ids
            && ids.len() != count
        {
            let ids = ids.len();
            return Err(refused(format!(
                "{count} hashes need as many ids, not {ids}"
            )));
        }
        let hashes = hashes.part(hash_type, 0..count);
        run_cancellable(py, |token| {
            let memory_bytes = count.saturating_mul(ROW_BYTES);
            let memory_bytes = memory_bytes.clamp(Builder::MEMORY_BYTES, MEMORY_BYTES_MAX);
            let mut builder = Builder::new()
                .structure(structure)
                .memory_bytes(memory_bytes);
            builder.add_each(|each| {
                let repeats = in_pool(|| Ok(repeats(&hashes)))?;
                let mut ids = ids.into_iter().flatten();
                for (place, hash) in hashes.iter().enumerate() {
                    if place % PART_MAX == 0 {
                        token.check()?;
                    }
                    let entry = Entry::new(*hash, place as u64 + 1).with_id(ids.next().flatten());
                    // The same said twice would be kept once.
                    let repeat = repeats
                        .get(&(place as u32))
                        .map(|n| (ARRAY.to_owned(), n.to_string()));
                    let entry = entry.with_meta(repeat.into_iter().collect());
                    each(&name, Change::Add(entry))?;
                }
                Ok(Some(List::new(Source::new(&name, "", ARRAY), Vec::new())))
            })?;
            drop(hashes);
            token.check()?;
            match path {
                Some(path) => {
                    in_pool(|| builder.write(&path))?;
                    Index::open_file(path)
                }
                None => {
                    let (index, _) = in_pool(|| builder.build_in_memory())?;
                    Index::of(index, None)
                }
            }
        })
    }

    /// Opens a file by mapping it.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Index> {
        run(py, || Index::open_file(path))
    }

    /// Opens an index that is held in memory.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &Bound<'_, PyBytes>) -> PyResult<Index> {
        let bytes = bytes.as_bytes().to_vec();
        run(py, || {
            Index::of(index::Index::from_bytes(Path::new("memory"), bytes)?, None)
        })
    }

    /// The bytes of an index, as `from_bytes` takes them.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.index.as_bytes())
    }

    #[getter]
    fn path(&self) -> Option<PathBuf> {
        self.path.clone()
    }

    #[getter]
    fn nbytes(&self) -> usize {
        self.index.as_bytes().len()
    }

    /// How many entries it holds of each type.
    #[getter]
    fn counts(&self) -> Vec<(&'static str, u64)> {
        let types = self.index.hash_types();
        types
            .map(|t| (t.name(), self.index.entry_count(t)))
            .collect()
    }

    /// Every byte against its digest.
    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        run_cancellable(py, |_| in_pool(|| self.index.verify()))
    }

    /// The entries near one hash, with their distances: nearest first.
    fn near(
        &self,
        py: Python<'_>,
        hash: &Bound<'_, PyAny>,
        radius: i64,
        hash_type: &str,
    ) -> PyResult<Vec<(i64, u32)>> {
        let hash_type = input::hash_type(hash_type)?;
        let (hash, radius) = (input::hash(hash, hash_type)?, input::radius(radius)?);
        run(py, || {
            let mut near = Vec::new();
            for hit in self.index.lookup(&hash, radius)? {
                self.each_entry_of(&hit, |entry| near.push((entry, hit.distance)))?;
            }
            Ok(near)
        })
    }

    /// The entries near many hashes, as arrays.
    fn near_each<'py>(
        &self,
        py: Python<'py>,
        hashes: &Bound<'py, PyAny>,
        radius: i64,
        hash_type: &str,
        max_hits: usize,
    ) -> PyResult<Arrays<'py>> {
        let columns = self.columns(py, hashes, radius, hash_type, max_hits)?;
        Ok((
            columns.query.into_pyarray(py),
            columns.entry.into_pyarray(py),
            columns.distance.into_pyarray(py),
        ))
    }

    /// The entries near many hashes, as a table of Arrow with what the lists say.
    fn near_table(
        &self,
        py: Python<'_>,
        hashes: &Bound<'_, PyAny>,
        radius: i64,
        hash_type: &str,
        max_hits: usize,
    ) -> PyResult<Table> {
        let columns = self.columns(py, hashes, radius, hash_type, max_hits)?;
        let hash_type = input::hash_type(hash_type)?;
        let batch = run(py, || {
            let mut lists = StringDictionaryBuilder::<Int32Type>::new();
            let mut ids = Vec::with_capacity(columns.entry.len());
            for entry in &columns.entry {
                let row = self.row(hash_type, *entry)?;
                lists.append_option(row.entry.list);
                ids.push(row.entry.id);
            }
            Ok((lists.finish(), StringArray::from(ids)))
        });
        let (lists, ids) = batch?;
        let field = |name, data_type: &DataType, is_nullable| {
            Field::new(name, data_type.clone(), is_nullable)
        };
        let arrays: [(&str, ArrayRef, bool); 5] = [
            ("query", Arc::new(Int64Array::from(columns.query)), false),
            ("entry", Arc::new(Int64Array::from(columns.entry)), false),
            (
                "distance",
                Arc::new(Int32Array::from(columns.distance)),
                false,
            ),
            ("list", Arc::new(lists), false),
            ("id", Arc::new(ids), true),
        ];
        let fields = arrays.iter();
        let fields = fields.map(|(name, array, null)| field(*name, array.data_type(), *null));
        let schema = Schema::new(fields.collect::<Vec<_>>());
        let arrays = arrays.into_iter().map(|(_, array, _)| array).collect();
        let batch = RecordBatch::try_new(Arc::new(schema), arrays);
        Ok(Table(batch.map_err(|error| fault(error.to_string()))?))
    }

    /// What an entry says: list, id, labels, hash, line.
    fn entry(&self, py: Python<'_>, number: i64, hash_type: &str) -> PyResult<EntryParts> {
        let hash_type = input::hash_type(hash_type)?;
        run(py, || {
            let entry = self.row(hash_type, number)?.entry;
            let hash = entry.hash.to_string();
            let list = entry.list.unwrap_or_default();
            Ok((list, entry.id, entry.labels, hash, entry.line))
        })
    }

    /// The hash of every entry, in their order.
    fn hashes<'py>(&self, py: Python<'py>, hash_type: &str) -> PyResult<Bound<'py, PyArray2<u8>>> {
        let hash_type = input::hash_type(hash_type)?;
        let width = hash_type.bytes();
        let count = self.index.entry_count(hash_type) as usize;
        let bytes = run_cancellable(py, |token| {
            let mut bytes = vec![0; count * width];
            let mut place = |number: usize, hash: &Hash| {
                bytes[number * width..][..width].copy_from_slice(hash.as_bytes());
            };
            if self.is_array {
                self.index.each_entry(|_, entry| {
                    if entry.hash.hash_type() == hash_type && entry.line as usize <= count {
                        place(entry.line as usize - 1, &entry.hash);
                    }
                    token.check()
                })?;
            } else {
                for number in 0..count {
                    let row = self.index.entry(hash_type, number as u64)?;
                    place(number, &row.entry.hash);
                    token.check()?;
                }
            }
            Ok(bytes)
        })?;
        bytes.into_pyarray(py).reshape([count, width])
    }
}

impl Index {
    fn open_file(path: PathBuf) -> basma::Result<Index> {
        Index::of(index::Index::open(&path)?, Some(path))
    }

    fn of(index: index::Index, path: Option<PathBuf>) -> basma::Result<Index> {
        let sources = index.sources()?;
        Ok(Index {
            is_array: sources.len() == 1 && sources[0].format == ARRAY,
            index: Arc::new(index),
            path,
            rows: OnceLock::new(),
        })
    }

    /// The numbers of the entries of a hit.
    fn each_entry_of(&self, hit: &index::Hit, mut each: impl FnMut(i64)) -> basma::Result<()> {
        let hash_type = hit.hash.hash_type();
        for row in self.index.entries_of(hit)? {
            each(if self.is_array {
                self.index.line_of(hash_type, row)? as i64 - 1
            } else {
                row as i64
            });
        }
        Ok(())
    }

    /// The row of an entry.
    fn row(&self, hash_type: HashType, number: i64) -> basma::Result<index::Row> {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        if !self.is_array {
            return self.index.entry(hash_type, number);
        }
        if self.rows.get().is_none() {
            let rows = self.rows_by_type()?;
            // Another thread may have been faster, with the same.
            let _ = self.rows.set(rows);
        }
        let rows = self.rows.get().and_then(|rows| rows.get(&hash_type));
        let row = rows.and_then(|rows| rows.get(usize::try_from(number).ok()?));
        self.index
            .entry(hash_type, row.map_or(u64::MAX, |&row| u64::from(row)))
    }

    fn rows_by_type(&self) -> basma::Result<HashMap<HashType, Vec<u32>>> {
        let mut by_type = HashMap::new();
        for hash_type in self.index.hash_types() {
            let count = self.index.entry_count(hash_type);
            let mut rows = vec![u32::MAX; count as usize];
            for row in 0..count {
                let line = self.index.line_of(hash_type, row)? as usize;
                if let Some(place) = line.checked_sub(1).and_then(|place| rows.get_mut(place)) {
                    *place = row as u32;
                }
            }
            by_type.insert(hash_type, rows);
        }
        Ok(by_type)
    }

    fn columns(
        &self,
        py: Python<'_>,
        hashes: &Bound<'_, PyAny>,
        radius: i64,
        hash_type: &str,
        max_hits: usize,
    ) -> PyResult<Columns> {
        let hash_type = input::hash_type(hash_type)?;
        let radius = input::radius(radius)?;
        let hashes = Hashes::of(hashes, hash_type)?;
        let count = hashes.len(hash_type);
        let mut columns = Columns::default();
        let (mut start, mut size) = (0, PART_MIN);
        while start < count {
            let end = (start + size).min(count);
            // Copied while nobody else can change them.
            let part = hashes.part(hash_type, start..end);
            let before = columns.query.len();
            run(py, || self.look_up(&part, start, radius, &mut columns))?;
            let found = columns.query.len();
            if found > max_hits {
                return Err(refused(format!(
                    "{found} hits of the first {end} hashes are more than max_hits={max_hits}: look fewer hashes up at \
                     a time, take a smaller radius, or raise max_hits"
                )));
            }
            py.check_signals()?;
            let each = (found - before).div_ceil(part.len());
            size = (PART_HITS / each.max(1)).clamp(1, PART_MAX).min(size * 8);
            start = end;
        }
        Ok(columns)
    }

    /// Adds the hits of some queries, the first of which has this number.
    fn look_up(
        &self,
        part: &[Hash],
        first: usize,
        radius: u32,
        columns: &mut Columns,
    ) -> basma::Result<()> {
        let found = self.index.lookup_batch(part, radius)?;
        for (query, hits) in (first..).zip(&found) {
            for hit in hits {
                self.each_entry_of(hit, |entry| {
                    columns.query.push(query as i64);
                    columns.entry.push(entry);
                    columns.distance.push(hit.distance as i32);
                })?;
            }
        }
        Ok(())
    }
}

/// How often the hash of a row stood in rows before it, where it did.
fn repeats(hashes: &[Hash]) -> HashMap<u32, u32> {
    let bytes = |place: u32| hashes[place as usize].as_bytes();
    // The first bytes tell most hashes apart: numbers are sorted, and only rows that begin alike are compared.
    let rank = |(hash, place): (&Hash, u32)| {
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        (u64::from_be_bytes(first), place)
    };
    let mut order: Vec<(u64, u32)> = hashes.iter().zip(0..).map(rank).collect();
    order.par_sort_unstable();
    let mut repeated = HashMap::new();
    for rows in order.chunk_by_mut(|(a, _), (b, _)| a == b) {
        if rows.len() > 1 {
            rows.par_sort_unstable_by(|&(_, a), &(_, b)| bytes(a).cmp(bytes(b)).then(a.cmp(&b)));
            for alike in rows.chunk_by(|&(_, a), &(_, b)| bytes(a) == bytes(b)) {
                repeated.extend(alike.iter().map(|(_, place)| *place).zip(0..).skip(1));
            }
        }
    }
    repeated
}
