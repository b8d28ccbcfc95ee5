//! Who looks at what is shown.

/// Who looks, and which layer of the schema their client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Viewer {
    /// The person.
    pub(crate) id: i64,
    /// The layer.
    pub(crate) layer: i32,
}
