//! Why the services do not do what the command asks them for, in its words.

use sesame_domain::ports::ServiceError;

use crate::failure::Failure;
use crate::node::storage;

/// The words and the code of it.
pub(super) fn failed(error: ServiceError) -> Failure {
    match error {
        ServiceError::NotFound => Failure::NotLinked(
            "this login is gone: everything about the person was erased meanwhile".to_owned(),
        ),
        ServiceError::MethodOff => phone_is_off(),
        ServiceError::Busy | ServiceError::WrongState => Failure::NotLinkedNow(
            "a former login of this person is still being ended: try again in a moment".to_owned(),
        ),
        ServiceError::Store(error) => storage::unreadable(error),
        ServiceError::Vault(error) => Failure::other("what is sealed does not open", error),
    }
}

/// Whoever runs this has no one sign in by phone number.
pub(super) fn phone_is_off() -> Failure {
    Failure::Usage(
        "signing in by phone number is off here (PHONE_LOGIN=off): `sesame login --qr` signs in by a QR code"
            .to_owned(),
    )
}
