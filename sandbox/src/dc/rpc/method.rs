//! Methods: how they are declared and found.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};

use grammers_tl_types::{Deserializable, Identifiable, RemoteCall, Serializable, name_for_id};

use super::call::Call;
use super::error::{RpcError, RpcResult};
use crate::world::{Guarded, phone_digits};

/// Who may call a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone.
    Open,
    /// Who is logged in.
    Login,
    /// Who is logged in with an account that is not frozen: the method changes something.
    Write,
}

/// A method: a request that knows how it is carried out.
pub(crate) trait Handle:
    RemoteCall + Deserializable + Identifiable + Send + 'static
where
    Self::Return: Serializable,
{
    /// Who may call it.
    const ACCESS: Access;

    /// The phone number that it names, if no one needs to be logged in for it:
    /// what is ordered for the number's owner holds for the call.
    fn phone(&self) -> Option<&str> {
        None
    }

    /// Carries out the call.
    fn handle(self, call: Call) -> impl Future<Output = RpcResult<Self::Return>> + Send;
}

type Answer = Pin<Box<dyn Future<Output = RpcResult<Vec<u8>>> + Send>>;

/// A method in the table.
#[derive(Debug)]
pub(crate) struct Method {
    pub(super) id: u32,
    /// The name in the schema.
    pub(super) name: &'static str,
    pub(super) access: Access,
    pub(super) run: fn(Call, &[u8]) -> Answer,
    phone: fn(&[u8]) -> Option<String>,
    calls: AtomicU64,
}

/// The entry of a method in the table.
pub(crate) fn method<R>() -> Method
where
    R: Handle,
    R::Return: Serializable,
{
    Method {
        id: R::CONSTRUCTOR_ID,
        name: name_for_id(R::CONSTRUCTOR_ID),
        access: R::ACCESS,
        run: run::<R>,
        phone: |fields| R::from_bytes(fields).ok()?.phone().and_then(phone_digits),
        calls: AtomicU64::new(0),
    }
}

fn run<R>(call: Call, fields: &[u8]) -> Answer
where
    R: Handle,
    R::Return: Serializable,
{
    let request = R::from_bytes(fields);
    Box::pin(async move {
        let request = request.map_err(|_| RpcError::bad_request("INPUT_FETCH_ERROR"))?;
        Ok(request.handle(call).await?.to_bytes())
    })
}

/// The table of methods.
#[derive(Debug)]
pub(crate) struct Methods {
    by_id: HashMap<u32, Method>,
    unknown: AtomicU64,
    errors: Guarded<BTreeMap<(&'static str, String), u64>>,
}

impl Methods {
    pub(crate) fn new(all: Vec<Method>) -> Self {
        Self {
            by_id: all.into_iter().map(|method| (method.id, method)).collect(),
            unknown: AtomicU64::new(0),
            errors: Guarded::default(),
        }
    }

    /// Counts an error that a call was answered with.
    pub(super) fn note_error(&self, method: &'static str, error: &RpcError) {
        let name = error
            .message
            .trim_end_matches(|it: char| it.is_ascii_digit());
        let name = name.strip_suffix('_').unwrap_or(&error.message).to_owned();
        *self.errors.write().entry((method, name)).or_default() += 1;
    }

    /// How often calls were answered with errors, by method and name.
    pub(crate) fn errors(&self) -> Vec<(&'static str, String, u64)> {
        let errors = self.errors.read();
        let errors = errors.iter();
        errors
            .map(|((method, name), count)| (*method, name.clone(), *count))
            .collect()
    }

    /// The method with this constructor, counting the call.
    pub(super) fn find(&self, id: u32) -> Option<&Method> {
        let found = self.by_id.get(&id);
        let counter = found.map_or(&self.unknown, |method| &method.calls);
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// The digits of the phone number that a call names.
    pub(super) fn phone(&self, id: u32, fields: &[u8]) -> Option<String> {
        (self.by_id.get(&id)?.phone)(fields)
    }

    /// How often each method was called, by name.
    pub(crate) fn calls(&self) -> Vec<(&'static str, u64)> {
        let count = |method: &Method| (method.name, method.calls.load(Ordering::Relaxed));
        let counts = self.by_id.values().map(count);
        let mut calls: Vec<_> = counts.filter(|(_, calls)| *calls > 0).collect();
        calls.sort_unstable();
        calls
    }

    /// How often methods were called that are not built.
    pub(crate) fn unknown_calls(&self) -> u64 {
        self.unknown.load(Ordering::Relaxed)
    }
}
