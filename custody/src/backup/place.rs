//! From the settings to a place for backups.

use std::fmt;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, RetryConfig};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::private_folder::make_private;
use super::target::BackupTarget;
use super::{BackupError, MANIFESTS, PACKS};

/// Time limit for connecting to S3.
const CONNECT: Duration = Duration::from_secs(10);
/// Time limit for one request: a pack has megabytes, an index tens of them.
const REQUEST: Duration = Duration::from_secs(120);
/// How often a request is tried again, and for how long.
const RETRIES: usize = 5;
const RETRY_FOR: Duration = Duration::from_secs(180);

/// The region if there is none: most storage that is not at AWS takes it.
const REGION: &str = "us-east-1";

/// How to reach a bucket that speaks S3.
#[derive(Clone, Default)]
pub struct S3Settings {
    /// Where, if not at AWS: `http://127.0.0.1:9000`.
    pub endpoint: Option<String>,
    /// The region; `us-east-1` if there is none.
    pub region: Option<String>,
    /// The access key; without one, AWS's usual chain applies: environment,
    /// profile, web identity, container, machine.
    pub access_key_id: Option<String>,
    /// Its secret.
    pub secret_access_key: Option<SecretString>,
    /// The token that belongs to an access key for a while.
    pub session_token: Option<SecretString>,
    /// Whether the endpoint may be without TLS.
    pub allow_http: bool,
    /// Whether the bucket stands in the path rather than in the host's name,
    /// as most that are not AWS want it.
    pub path_style: bool,
}

impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Settings")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("allow_http", &self.allow_http)
            .field("path_style", &self.path_style)
            .finish_non_exhaustive()
    }
}

impl BackupTarget {
    /// The place with this address: `/a/folder`, `file:///a/folder` or
    /// `s3://bucket/prefix`. A folder is made if it is not there, for this
    /// user alone.
    pub fn open(address: &str, s3: Option<S3Settings>) -> Result<Self, BackupError> {
        let address = Address::parse(address)?;
        if let Address::Folder(folder) = &address {
            for part in [PACKS, MANIFESTS] {
                make_private(&folder.join(part)).map_err(|error| no_folder(folder, &error))?;
            }
        }
        open(address, s3)
    }

    /// A place for something else at such an address: a folder is made if it is not
    /// there, for this user alone.
    pub(crate) fn of_others(address: &str, s3: Option<S3Settings>) -> Result<Self, BackupError> {
        let address = Address::parse(address)?;
        if let Address::Folder(folder) = &address {
            make_private(folder).map_err(|error| no_folder(folder, &error))?;
        }
        open(address, s3)
    }

    /// The same for who only looks: nothing is made, and a folder must be there.
    ///
    /// # Errors
    /// As [`Self::open`], and when there is no such folder.
    pub fn open_existing(address: &str, s3: Option<S3Settings>) -> Result<Self, BackupError> {
        open(Address::parse(address)?, s3)
    }

    /// Whether [`Self::open`] could take this address. Nothing is made, and no
    /// one asked.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(address: &str) -> Result<(), BackupError> {
        Address::parse(address).map(drop)
    }
}

/// Where backups are put.
enum Address {
    Folder(PathBuf),
    Bucket { bucket: String, prefix: Path },
}

impl Address {
    fn parse(address: &str) -> Result<Self, BackupError> {
        if address.starts_with('/') {
            return Ok(Self::Folder(PathBuf::from(address)));
        }
        let url = Url::parse(address)
            .map_err(|_| place("an address is /folder, file:///folder or s3://bucket/prefix"))?;
        // It would end up in logs with the rest of the address.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(place("credentials do not belong into the address"));
        }
        match url.scheme() {
            "file" => match url.to_file_path() {
                Ok(folder) => Ok(Self::Folder(folder)),
                Err(()) => Err(place("a folder's address is file:///folder")),
            },
            "s3" => Self::bucket(&url),
            _ => Err(place("backups are put into a folder or into S3")),
        }
    }

    fn bucket(url: &Url) -> Result<Self, BackupError> {
        let bucket = url
            .host_str()
            .filter(|bucket| !bucket.is_empty())
            .ok_or_else(|| place("an address in S3 is s3://bucket/prefix"))?;
        let prefix = Path::from_url_path(url.path()).map_err(|error| place(error.to_string()))?;
        Ok(Self::Bucket {
            bucket: bucket.to_owned(),
            prefix,
        })
    }
}

fn open(address: Address, s3: Option<S3Settings>) -> Result<BackupTarget, BackupError> {
    match address {
        Address::Folder(folder) => open_folder(&folder),
        Address::Bucket { bucket, prefix } => open_bucket(&bucket, prefix, &s3.unwrap_or_default()),
    }
}

fn no_folder(folder: &FilePath, error: &std::io::Error) -> BackupError {
    place(format!("{}: {error}", folder.display()))
}

fn open_folder(folder: &FilePath) -> Result<BackupTarget, BackupError> {
    let folder = folder
        .canonicalize()
        .map_err(|error| no_folder(folder, &error))?;
    let store = LocalFileSystem::new_with_prefix(&folder)
        .map_err(|error| place(error.to_string()))?
        .with_fsync(true);
    let name = folder.display().to_string();
    Ok(BackupTarget::new(
        Arc::new(store),
        Path::default(),
        Some(folder),
        name,
    ))
}

fn open_bucket(
    bucket: &str,
    prefix: Path,
    settings: &S3Settings,
) -> Result<BackupTarget, BackupError> {
    // The program chose one already, unless this is a test.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let store = bucket_client(bucket, settings)?;
    let name = format!("s3://{bucket}/{prefix}");
    Ok(BackupTarget::new(Arc::new(store), prefix, None, name))
}

fn bucket_client(bucket: &str, settings: &S3Settings) -> Result<AmazonS3, BackupError> {
    let options = ClientOptions::new()
        .with_connect_timeout(CONNECT)
        .with_timeout(REQUEST)
        .with_allow_http(settings.allow_http);
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: RETRIES,
        retry_timeout: RETRY_FOR,
    };
    let region = settings.region.as_deref().unwrap_or(REGION);
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_client_options(options)
        .with_retry(retry)
        .with_allow_http(settings.allow_http)
        .with_virtual_hosted_style_request(!settings.path_style)
        // Not every storage knows how to delete many at once (Google's does
        // not), and only one is ever deleted at a time here.
        .with_disable_bulk_delete(true)
        .with_region(region);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
    }
    match (&settings.access_key_id, &settings.secret_access_key) {
        (Some(id), Some(secret)) => {
            builder = builder
                .with_access_key_id(id)
                .with_secret_access_key(secret.expose_secret());
            if let Some(token) = &settings.session_token {
                builder = builder.with_token(token.expose_secret());
            }
        }
        (None, None) => builder = with_chain(builder, region),
        _ => return Err(place("an access key and its secret belong together")),
    }
    builder.build().map_err(|error| place(error.to_string()))
}

/// Credentials that the settings do not hold: from AWS's usual chain.
#[cfg(feature = "kms")]
fn with_chain(builder: AmazonS3Builder, region: &str) -> AmazonS3Builder {
    builder.with_credentials(Arc::new(super::credentials::Chain::new(region)))
}

/// The same without the AWS libraries: a web identity, or the machine's role.
#[cfg(not(feature = "kms"))]
fn with_chain(builder: AmazonS3Builder, _: &str) -> AmazonS3Builder {
    builder
}

fn place(why: impl Into<String>) -> BackupError {
    BackupError::Place(why.into())
}
