//! What all that is AWS stands on: HTTPS, and credentials found the way every
//! AWS program finds them.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_kms::config::SharedHttpClient;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

/// HTTPS over rustls with *ring*.
pub(crate) fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

/// What the environment, the profile, a web identity, a container or the
/// machine say; nothing is asked of anyone before credentials are needed.
pub(crate) async fn chain(region: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client())
        .region(Region::new(region.to_owned()))
        .load()
        .await
}
