//! What a seal is bound to, as bytes.

use sesame_domain::keys::Provider;
use sesame_domain::sealed::Binding;

/// Which of the two encryptions of a seal the bytes belong to, so that neither
/// can stand in for the other.
#[derive(Clone, Copy)]
pub(crate) enum Layer<'a> {
    /// The secret under its data key. Not bound to the wrapping key, so that a
    /// data key can be re-wrapped without touching the secret.
    Data,
    /// The data key under the wrapping key of this name, from when there was
    /// only the key file.
    OldKey(&'a str),
    /// The data key under the wrapping key of this name, held by this provider.
    Key(&'a Provider, &'a str),
}

/// The additional authenticated data: every field with its length in front
/// (four bytes, big-endian), so that no two bindings give the same bytes.
pub(crate) fn encode(layer: Layer<'_>, format: u8, binding: &Binding) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(160);
    field(&mut bytes, b"sesame seal");
    field(&mut bytes, &[format]);
    match layer {
        Layer::Data => field(&mut bytes, b"data"),
        Layer::OldKey(key_id) => {
            field(&mut bytes, b"key");
            field(&mut bytes, key_id.as_bytes());
        }
        Layer::Key(provider, key_id) => {
            field(&mut bytes, b"key");
            field(&mut bytes, provider.as_str().as_bytes());
            field(&mut bytes, key_id.as_bytes());
        }
    }
    field(&mut bytes, binding.purpose.as_str().as_bytes());
    field(&mut bytes, binding.owner.tenant.as_str().as_bytes());
    field(&mut bytes, &binding.owner.person.0.to_be_bytes());
    field(&mut bytes, binding.subject.as_bytes());
    bytes
}

fn field(bytes: &mut Vec<u8>, value: &[u8]) {
    // Every value is far shorter than four gigabytes; should one ever not be,
    // saturating keeps sealing and opening in step.
    let len = u32::try_from(value.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes.extend_from_slice(value);
}
