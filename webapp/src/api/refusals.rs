//! What any operation of the API may refuse, in its document: a handler names
//! what is its own alone.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{Content, OpenApi, Ref, ResponseBuilder};

/// Where the operations of the API are.
const API: &str = "/api/";
/// What problems are answered as.
const PROBLEM: &str = "application/problem+json";

/// Whatever is asked.
const ALWAYS: [(&str, &str); 4] = [
    ("400", "The request cannot be understood."),
    ("429", "Asked too often; `Retry-After` says when again."),
    ("500", "Our fault; the log says more, by `x-request-id`."),
    ("503", "Not now; `Retry-After` says when again."),
];
/// Where it has to be known who asks.
const OF_SOMEONE: [(&str, &str); 2] = [
    ("401", "It is not known who asks."),
    ("403", "Whoever asks may not."),
];
/// Where there is a body.
const WITH_BODY: [(&str, &str); 3] = [
    ("408", "The body did not come in time."),
    ("413", "The body is too large."),
    ("415", "The body is of another type."),
];

/// Adds to each operation of the API what it does not name itself.
pub(super) fn add(document: &mut OpenApi) {
    let paths = document.paths.paths.iter_mut();
    for (_, item) in paths.filter(|(path, _)| path.starts_with(API)) {
        operations(item).for_each(add_to);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
    ]
    .into_iter()
    .flatten()
}

fn add_to(operation: &mut Operation) {
    let of_someone = operation.security.is_some();
    let with_body = operation.request_body.is_some();
    let refusals = ALWAYS
        .iter()
        .chain(OF_SOMEONE.iter().filter(|_| of_someone))
        .chain(WITH_BODY.iter().filter(|_| with_body));
    for (status, words) in refusals {
        let responses = &mut operation.responses.responses;
        responses.entry((*status).to_owned()).or_insert_with(|| {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new().description(*words);
            response.content(PROBLEM, problem).build().into()
        });
    }
}
