//! Hashes as Python holds them: arrays of numpy, columns of Arrow, lists of texts and bytes.

use std::ops::Range;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, FixedSizeBinaryArray};
use arrow_schema::DataType;
use basma::hash::{Hash, HashType};
use numpy::{
    PyArray2, PyArrayMethods as _, PyReadonlyArray2, PyUntypedArray, PyUntypedArrayMethods as _,
};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use pyo3_arrow::input::AnyArray;

use crate::errors::{raised, refused};

/// A type of hash by its name.
pub(crate) fn hash_type(name: &str) -> PyResult<HashType> {
    name.parse().map_err(raised)
}

/// The names of the types of hash, and the bytes of each.
#[pyfunction]
pub(crate) fn hash_types() -> Vec<(&'static str, usize, bool)> {
    let each = HashType::ALL.into_iter();
    each.map(|t| (t.name(), t.bytes(), t.is_perceptual()))
        .collect()
}

/// A radius: a number of bits.
pub(crate) fn radius(bits: i64) -> PyResult<u32> {
    u32::try_from(bits).map_err(|_| {
        refused(format!(
            "{bits} is no radius: give a number of bits from 0 to 256"
        ))
    })
}

/// One hash: hexadecimal or bytes.
pub(crate) fn hash(value: &Bound<'_, PyAny>, hash_type: HashType) -> PyResult<Hash> {
    if let Ok(text) = value.cast::<PyString>() {
        return Hash::parse(hash_type, text.to_cow()?.trim()).map_err(raised);
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        let bytes = bytes.as_bytes();
        return Hash::new(hash_type, bytes).ok_or_else(|| wrong_length(hash_type, bytes.len()));
    }
    let class = value.get_type().name()?;
    Err(refused(format!(
        "a hash is a str of hexadecimal or bytes, not {class}"
    )))
}

fn wrong_length(hash_type: HashType, found: usize) -> PyErr {
    let (name, bytes) = (hash_type.name(), hash_type.bytes());
    refused(format!("a {name} hash has {bytes} bytes, not {found}"))
}

/// Many hashes of one type, where they stand in Python's memory.
pub(crate) enum Hashes<'py> {
    /// An array of numpy: a row for each hash.
    Numpy(PyReadonlyArray2<'py, u8>),
    /// A column of Arrow.
    Arrow(Vec<FixedSizeBinaryArray>),
    /// Bytes of one hash after the other, copied.
    Owned(Vec<u8>),
}

impl<'py> Hashes<'py> {
    /// Takes whatever holds hashes of this type.
    pub(crate) fn of(value: &Bound<'py, PyAny>, hash_type: HashType) -> PyResult<Hashes<'py>> {
        if let Ok(array) = value.cast::<PyUntypedArray>() {
            return Hashes::of_numpy(value, array, hash_type);
        }
        let has = |name| value.hasattr(name);
        if has("__arrow_c_array__")? || has("__arrow_c_stream__")? {
            return Hashes::of_arrow(value, hash_type);
        }
        if value.cast::<PyString>().is_ok() || value.cast::<PyBytes>().is_ok() {
            return Err(refused(
                "one hash was given where many are looked up: put it into a list",
            ));
        }
        let Ok(each) = value.try_iter() else {
            let class = value.get_type().name()?;
            return Err(refused(format!(
                "hashes are an array of numpy, a column of Arrow or a list, not {class}"
            )));
        };
        let (py, mut bytes) = (value.py(), Vec::new());
        for (place, value) in each.enumerate() {
            let hash = hash(&value?, hash_type);
            let hash = hash.map_err(|error| at(py, place, error))?;
            bytes.extend_from_slice(hash.as_bytes());
        }
        Ok(Hashes::Owned(bytes))
    }

    fn of_numpy(
        value: &Bound<'py, PyAny>,
        array: &Bound<'py, PyUntypedArray>,
        hash_type: HashType,
    ) -> PyResult<Hashes<'py>> {
        let width = hash_type.bytes();
        // Beneath a mask stands a value that nobody meant.
        if value.hasattr("mask")? {
            return Err(refused(
                "the array has rows behind a mask: pass those that count, array.data of the rows without one",
            ));
        }
        let is_bytes = value.cast::<PyArray2<u8>>();
        match is_bytes {
            Ok(bytes) if array.shape()[1] == width => Ok(Hashes::Numpy(bytes.try_readonly()?)),
            // Nothing at all has no second side.
            _ if array.shape() == [0] => Ok(Hashes::Owned(Vec::new())),
            _ => Err(refused(format!(
                "hashes of type {} are an array uint8[n, {width}], not {}{:?}",
                hash_type.name(),
                array.dtype().str()?,
                array.shape(),
            ))),
        }
    }

    fn of_arrow(value: &Bound<'py, PyAny>, hash_type: HashType) -> PyResult<Hashes<'py>> {
        let array: AnyArray = value.extract()?;
        let (chunks, field) = array.into_chunked_array()?.into_inner();
        let width = hash_type.bytes();
        if field.data_type() == &DataType::FixedSizeBinary(width as i32) {
            let mut fixed = Vec::new();
            for chunk in &chunks {
                refuse_nulls(chunk)?;
                fixed.push(chunk.as_fixed_size_binary().clone());
            }
            return Ok(Hashes::Arrow(fixed));
        }
        let mut bytes = Vec::new();
        for chunk in &chunks {
            refuse_nulls(chunk)?;
            copy(chunk, hash_type, &mut bytes)?;
        }
        Ok(Hashes::Owned(bytes))
    }

    /// How many hashes there are.
    pub(crate) fn len(&self, hash_type: HashType) -> usize {
        match self {
            Hashes::Numpy(array) => array.shape()[0],
            Hashes::Arrow(chunks) => chunks.iter().map(|chunk| chunk.len()).sum(),
            Hashes::Owned(bytes) => bytes.len() / hash_type.bytes(),
        }
    }

    /// Some of them, in order.
    pub(crate) fn part(&self, hash_type: HashType, range: Range<usize>) -> Vec<Hash> {
        let mut hashes = Vec::with_capacity(range.len());
        let mut take = |bytes: &[u8]| hashes.extend(Hash::new(hash_type, bytes));
        let width = hash_type.bytes();
        match self {
            Hashes::Numpy(array) => {
                let array = array.as_array();
                for place in range {
                    let row = array.row(place);
                    match row.as_slice() {
                        Some(row) => take(row),
                        None => take(&row.to_vec()),
                    }
                }
            }
            Hashes::Arrow(chunks) => {
                let mut start = 0;
                for chunk in chunks {
                    let end = start + chunk.len();
                    let wanted = range.start.max(start)..range.end.min(end);
                    wanted.for_each(|place| take(chunk.value(place - start)));
                    start = end;
                }
            }
            Hashes::Owned(bytes) => {
                let bytes = &bytes[range.start * width..range.end * width];
                bytes.chunks_exact(width).for_each(take);
            }
        }
        hashes
    }
}

fn refuse_nulls(chunk: &ArrayRef) -> PyResult<()> {
    if chunk.null_count() > 0 {
        return Err(refused(
            "the column has rows without a hash: drop the nulls first",
        ));
    }
    Ok(())
}

/// Copies what is no column of hashes of a fixed size: binary of any kind, texts of hexadecimal.
fn copy(chunk: &ArrayRef, hash_type: HashType, bytes: &mut Vec<u8>) -> PyResult<()> {
    let mut raw = |value: Option<&[u8]>| {
        let value = value.unwrap_or_default();
        let hash = Hash::new(hash_type, value);
        let hash = hash.ok_or_else(|| wrong_length(hash_type, value.len()))?;
        bytes.extend_from_slice(hash.as_bytes());
        Ok(())
    };
    match chunk.data_type() {
        DataType::Binary => chunk.as_binary::<i32>().iter().try_for_each(raw),
        DataType::LargeBinary => chunk.as_binary::<i64>().iter().try_for_each(raw),
        DataType::BinaryView => chunk.as_binary_view().iter().try_for_each(raw),
        DataType::FixedSizeBinary(_) => chunk.as_fixed_size_binary().iter().try_for_each(raw),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            let mut text = |value: Option<&str>| {
                let value = value.unwrap_or_default().trim();
                let hash = Hash::parse(hash_type, value).map_err(raised)?;
                raw(Some(hash.as_bytes()))
            };
            match chunk.data_type() {
                DataType::Utf8 => chunk.as_string::<i32>().iter().try_for_each(text),
                DataType::LargeUtf8 => chunk.as_string::<i64>().iter().try_for_each(text),
                _ => chunk.as_string_view().iter().try_for_each(&mut text),
            }
        }
        other => Err(refused(format!(
            "hashes are a column of fixed_size_binary[{}], binary or text, not {other}",
            hash_type.bytes()
        ))),
    }
}

/// The error of one of many hashes, with its place.
fn at(py: Python<'_>, place: usize, error: PyErr) -> PyErr {
    let value = error.value(py);
    let Ok(text) = value.str() else { return error };
    let code: Option<String> = value.getattr("code").and_then(|code| code.extract()).ok();
    match code {
        Some(code) => {
            let args = (format!("hash {place}: {text}"), code);
            PyErr::from_type(value.get_type(), args)
        }
        None => error,
    }
}
