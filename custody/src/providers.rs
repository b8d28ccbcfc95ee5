//! Who holds keys here.

use std::sync::Arc;

use sesame_domain::keys::Provider;

use crate::file::FileProvider;
use crate::provider::KeyProvider;
use crate::secret::SecretProvider;

/// The providers that are set up.
pub(crate) struct Providers {
    /// Which makes new versions.
    pub(crate) chosen: Provider,
    /// A key file, which there may not be yet.
    pub(crate) file: FileProvider,
    /// A secret.
    pub(crate) secret: Option<SecretProvider>,
    /// AWS KMS.
    pub(crate) kms: Option<Arc<dyn KeyProvider>>,
}

impl Providers {
    /// This one, if it is set up.
    pub(crate) fn of(&self, provider: &Provider) -> Option<&dyn KeyProvider> {
        match provider {
            Provider::File => Some(&self.file),
            Provider::Secret => self.secret.as_ref().map(|it| it as &dyn KeyProvider),
            Provider::AwsKms => self.kms.as_deref(),
            Provider::Other(_) => None,
        }
    }

    /// Whether all keys that are in this process are in locked memory.
    pub(crate) fn is_locked(&self) -> bool {
        self.file.is_locked() && self.secret.as_ref().is_none_or(SecretProvider::is_locked)
    }
}
