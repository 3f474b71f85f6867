//! One operation: a route, and what is said of it in the OpenAPI document.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::serve::service::Service;

/// A parameter of a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) meaning: &'static str,
    pub(super) is_required: bool,
}

impl Field {
    pub(super) const fn text(name: &'static str, meaning: &'static str) -> Field {
        Field::of("string", name, meaning)
    }

    pub(super) const fn truth(name: &'static str, meaning: &'static str) -> Field {
        Field::of("boolean", name, meaning)
    }

    pub(super) const fn integer(name: &'static str, meaning: &'static str) -> Field {
        Field::of("integer", name, meaning)
    }

    const fn of(kind: &'static str, name: &'static str, meaning: &'static str) -> Field {
        Field {
            name,
            kind,
            meaning,
            is_required: false,
        }
    }

    pub(super) const fn required(self) -> Field {
        Field {
            is_required: true,
            ..self
        }
    }
}

/// What a request has for a body.
#[derive(Clone, Debug)]
pub(super) enum Takes {
    Nothing,
    /// An object of this schema.
    Json(&'static str),
    /// A form with one file, under one of these names.
    Form(Vec<&'static str>),
}

/// One operation.
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) query: Vec<Field>,
    pub(super) takes: Takes,
    /// The status of success, and the schema of its body, if it has one.
    pub(super) answers: (u16, Option<&'static str>),
    route: MethodRouter<Arc<Service>>,
}

impl Operation {
    fn new<H, T>(method: Method, path: &'static str, summary: &'static str, handler: H) -> Operation
    where
        H: Handler<T, Arc<Service>>,
        T: 'static,
    {
        // HEAD is answered by what answers GET.
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        Operation {
            method,
            path,
            summary,
            query: Vec::new(),
            takes: Takes::Nothing,
            answers: (200, None),
            route: on(filter, handler),
        }
    }

    pub(super) fn asks(mut self, query: &[Field]) -> Operation {
        self.query = query.to_vec();
        self
    }

    pub(super) fn takes(mut self, schema: &'static str) -> Operation {
        self.takes = Takes::Json(schema);
        self
    }

    pub(super) fn takes_form(mut self, names: &[&'static str]) -> Operation {
        self.takes = Takes::Form(names.to_vec());
        self
    }

    pub(super) fn answers(mut self, status: u16, schema: &'static str) -> Operation {
        self.answers = (status, Some(schema));
        self
    }

    pub(super) fn answers_nothing(mut self) -> Operation {
        self.answers = (204, None);
        self
    }
}

macro_rules! methods {
    ($($name:ident $method:ident;)+) => {
        $(
            pub(super) fn $name<H, T>(path: &'static str, summary: &'static str, handler: H) -> Operation
            where
                H: Handler<T, Arc<Service>>,
                T: 'static,
            {
                Operation::new(Method::$method, path, summary, handler)
            }
        )+
    };
}

methods! {
    get GET;
    post POST;
    put PUT;
    delete DELETE;
}

/// The routes of operations, with an answer to OPTIONS on each path.
pub(super) fn router(operations: Vec<Operation>) -> Router<Arc<Service>> {
    let mut paths: BTreeMap<&'static str, (MethodRouter<Arc<Service>>, String)> = BTreeMap::new();
    for operation in operations {
        let (route, allowed) = paths.entry(operation.path).or_default();
        *route = std::mem::take(route).merge(operation.route);
        *allowed += match operation.method {
            Method::GET => "GET, HEAD, ",
            Method::PUT => "PUT, ",
            Method::DELETE => "DELETE, ",
            _ => "POST, ",
        };
    }
    let mut router = Router::new();
    for (path, (route, allowed)) in paths {
        let allowed = allowed + "OPTIONS";
        let allowed = HeaderValue::from_str(&allowed);
        // Names of methods are letters.
        let allowed = allowed.unwrap_or_else(|_| HeaderValue::from_static("GET"));
        let options = move || std::future::ready(options(allowed));
        router = router.route(path, route.options(options));
    }
    router
}

fn options(allowed: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::OK;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}
