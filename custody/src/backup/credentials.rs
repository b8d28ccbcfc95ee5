//! Credentials for a bucket, where the settings hold none: those that AWS's
//! usual chain finds, as for KMS.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_kms::config::{ProvideCredentials, SharedCredentialsProvider};
use chrono::TimeDelta;
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use sesame_domain::time::{Clock, SystemClock, Timestamp};
use tokio::sync::{Mutex, OnceCell};

use crate::aws;

/// How long before their end credentials are asked for anew.
const EARLY: TimeDelta = TimeDelta::minutes(5);
/// How long credentials are used that say nothing about their end: they may be
/// replaced in a profile.
const UNLIMITED_FOR: TimeDelta = TimeDelta::minutes(15);

/// No credentials could be had.
#[derive(Debug, thiserror::Error)]
#[error(
    "no credentials for S3: BACKUP_S3_ACCESS_KEY_ID (EXPORT_S3_ACCESS_KEY_ID for exports) is not set, and neither the environment (AWS_*), a profile, a web identity nor the role of the container or machine gave any"
)]
struct NoCredentials(#[source] Box<dyn std::error::Error + Send + Sync>);

/// AWS's usual chain: environment, profile, web identity, container, machine.
pub(super) struct Chain {
    region: String,
    provider: OnceCell<SharedCredentialsProvider>,
    found: Mutex<Option<Found>>,
}

struct Found {
    credential: Arc<AwsCredential>,
    /// From when on they are asked for anew.
    renew_at: Timestamp,
    /// From when on they are good for nothing.
    until: Option<Timestamp>,
}

impl Chain {
    /// Nothing is asked of anyone before credentials are needed.
    pub(super) fn new(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            provider: OnceCell::new(),
            found: Mutex::default(),
        }
    }

    async fn provider(&self) -> Result<&SharedCredentialsProvider, NoCredentials> {
        let load = || async {
            let config = aws::chain(&self.region).await;
            let provider = config.credentials_provider();
            provider.ok_or_else(|| NoCredentials("there is no provider".into()))
        };
        self.provider.get_or_try_init(load).await
    }

    async fn ask(&self, now: Timestamp) -> Result<Found, NoCredentials> {
        let chain = self.provider().await?;
        let given = chain.provide_credentials().await;
        let given = given.map_err(|error| NoCredentials(Box::new(error)))?;
        let until = given.expiry().map(Timestamp::from);
        Ok(Found {
            renew_at: until.map_or(now + UNLIMITED_FOR, |until| until - EARLY),
            until,
            credential: Arc::new(AwsCredential {
                key_id: given.access_key_id().to_owned(),
                secret_key: given.secret_access_key().to_owned(),
                token: given.session_token().map(ToOwned::to_owned),
            }),
        })
    }
}

#[async_trait]
impl CredentialProvider for Chain {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let now = SystemClock.now();
        let mut found = self.found.lock().await;
        if let Some(found) = found.as_ref().filter(|found| now < found.renew_at) {
            return Ok(found.credential.clone());
        }
        let asked = self.ask(now).await;
        match (asked, found.as_ref()) {
            (Ok(fresh), _) => {
                let credential = fresh.credential.clone();
                *found = Some(fresh);
                Ok(credential)
            }
            // Whoever gives them stumbles; those there are will do for now.
            (Err(_), Some(old)) if old.until.is_some_and(|until| now < until) => {
                Ok(old.credential.clone())
            }
            (Err(error), _) => Err(object_store::Error::Unauthenticated {
                path: "credentials".to_owned(),
                source: Box::new(error),
            }),
        }
    }
}

/// Shows no credentials.
impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
