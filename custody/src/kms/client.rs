//! The SDK's client, as the settings say.

use std::time::Duration;

use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_kms::{Client, Config};
use secrecy::ExposeSecret;

use super::settings::KmsSettings;
use crate::aws;
use crate::provider::ProviderError;

/// The first pause before another attempt; the next ones are up to twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A client; makes no call yet.
pub(super) async fn client(settings: &KmsSettings) -> Result<Client, ProviderError> {
    let builder = if let Some(credentials) = own_credentials(settings)? {
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.region.clone()))
            .credentials_provider(credentials)
    } else {
        Builder::from(&aws::chain(&settings.region).await)
    };
    let attempts = settings.attempts.max(1);
    let mut builder = builder
        .http_client(aws::http_client())
        .retry_config(retries(attempts))
        .timeout_config(limits(settings.call_timeout, attempts));
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.endpoint_url(endpoint.as_str());
    }
    Ok(Client::from_conf(builder.build()))
}

fn own_credentials(settings: &KmsSettings) -> Result<Option<Credentials>, ProviderError> {
    match (&settings.access_key_id, &settings.secret_access_key) {
        (None, None) => Ok(None),
        (Some(id), Some(secret)) => Ok(Some(Credentials::new(
            id,
            secret.expose_secret(),
            None,
            None,
            "sesame settings",
        ))),
        _ => Err(ProviderError::Refused(
            "of the access key for KMS, the id or the secret is missing".to_owned(),
        )),
    }
}

fn retries(attempts: u32) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(attempts)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE)
}

fn limits(attempt: Duration, attempts: u32) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(attempt)
        .operation_attempt_timeout(attempt)
        .operation_timeout(attempt.saturating_mul(attempts))
        .build()
}
