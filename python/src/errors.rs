//! Errors of the crate to exceptions of Python.

use basma::Error;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// The exception for an error: the class by its kind, the stable code beside its text.
pub(crate) fn raised(error: Error) -> PyErr {
    let text = error.to_string();
    let (class, code) = (class_of(&error), error.code());
    if let Some((number, path)) = system_error(&error) {
        // Python makes FileNotFoundError and its like of the number.
        return PyOSError::new_err((number, text, path.into_os_string()));
    }
    of_class(class, text, code)
}

/// An argument that this package refuses by itself.
pub(crate) fn refused(text: impl Into<String>) -> PyErr {
    of_class("ArgumentError", text.into(), "argument")
}

/// Work that did not end as it should: a fault of the product.
pub(crate) fn fault(text: impl Into<String>) -> PyErr {
    of_class("InternalError", text.into(), "internal")
}

fn of_class(class: &str, text: String, code: &'static str) -> PyErr {
    Python::attach(|py| {
        let made = || -> PyResult<PyErr> {
            let class = py.import("basma._errors")?.getattr(class)?;
            let class = class.cast_into::<PyType>()?;
            Ok(PyErr::from_type(class, (text, code)))
        };
        made().unwrap_or_else(|error| error)
    })
}

fn system_error(error: &Error) -> Option<(i32, std::path::PathBuf)> {
    match error {
        Error::Io { path, source, .. } => Some((source.raw_os_error()?, path.clone())),
        Error::Transient(error) | Error::At { error, .. } => system_error(error),
        _ => None,
    }
}

fn class_of(error: &Error) -> &'static str {
    match error {
        Error::HashText { .. } | Error::HashTypeName { .. } => "HashError",
        Error::Argument(_) | Error::PixelCount { .. } => "ArgumentError",
        Error::Index { .. } => "IndexFileError",
        Error::List(_) => "ListError",
        Error::Busy { .. } => "StoreBusyError",
        Error::Store { .. } => "StoreError",
        Error::Fetch { .. } | Error::Signature { .. } => "RefreshError",
        Error::Damaged(_) | Error::Unsupported(_) | Error::OverLimit { .. } => "MediaError",
        Error::Transient(error) | Error::At { error, .. } => class_of(error),
        _ => "BasmaError",
    }
}
