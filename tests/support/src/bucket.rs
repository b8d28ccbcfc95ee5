//! A storage that speaks just as much S3 as Google's does, and gives
//! credentials out as AWS and a container's host do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The access key that a role is given for a while.
pub const ROLES_KEY: &str = "ASIAROLE";
/// The token that belongs to it.
pub const ROLES_TOKEN: &str = "the token of the role";

/// A bucket named `bucket`. It signs nothing and checks no signature, but looks
/// for the token of the credentials if it is to.
#[derive(Debug)]
pub struct Bucket {
    server: MockServer,
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    told: Mutex<Told>,
}

/// What the bucket is told to do.
#[derive(Clone, Debug, Default)]
struct Told {
    token: Option<String>,
    keeps_everything: bool,
}

impl Bucket {
    /// An empty one.
    pub async fn start() -> Self {
        let inner = Arc::<Inner>::default();
        let server = MockServer::start().await;
        let serving = Arc::clone(&inner);
        Mock::given(any())
            .respond_with(move |request: &Request| serving.answer(request))
            .mount(&server)
            .await;
        Self { server, inner }
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// Lets in from now on only who shows this session token.
    pub fn wants_token(&self, token: &str) {
        self.inner.told().token = Some(token.to_owned());
    }

    /// Refuses to delete anything from now on, or no longer.
    pub fn keeps_everything(&self, keeps: bool) {
        self.inner.told().keeps_everything = keeps;
    }

    /// Puts an object there.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        self.inner.objects().insert(name.to_owned(), bytes.to_vec());
    }

    /// The names of all objects.
    pub fn objects(&self) -> Vec<String> {
        self.inner.objects().keys().cloned().collect()
    }

    /// How many requests had this method.
    pub async fn asked(&self, method: &str) -> usize {
        let requests = self.server.received_requests().await.unwrap_or_default();
        requests
            .iter()
            .filter(|it| it.method.as_str() == method)
            .count()
    }
}

impl Inner {
    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn objects(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        if let Some(object) = path.strip_prefix("/bucket") {
            return self.serve(request, object.trim_start_matches('/'));
        }
        match path {
            "/role" => container(request),
            _ => web_identity(request),
        }
    }

    fn serve(&self, request: &Request, object: &str) -> ResponseTemplate {
        let told = self.told().clone();
        let shown = request.headers.get("x-amz-security-token");
        let shown = shown.and_then(|token| token.to_str().ok());
        if told
            .token
            .as_deref()
            .is_some_and(|token| shown != Some(token))
        {
            return refusal(403, "InvalidToken");
        }
        let object = object.to_owned();
        match request.method.as_str() {
            "GET" if object.is_empty() => self.list(request),
            "GET" => match self.objects().get(&object) {
                Some(bytes) => ResponseTemplate::new(200)
                    .insert_header("ETag", "\"1\"")
                    .insert_header("Last-Modified", "Tue, 01 Dec 2020 00:00:00 GMT")
                    .set_body_bytes(bytes.clone()),
                None => refusal(404, "NoSuchKey"),
            },
            "PUT" => {
                self.objects().insert(object, request.body.clone());
                ResponseTemplate::new(200).insert_header("ETag", "\"1\"")
            }
            "DELETE" if told.keeps_everything => refusal(403, "AccessDenied"),
            "DELETE" => {
                self.objects().remove(&object);
                ResponseTemplate::new(204)
            }
            // Deleting many at once, among others.
            _ => refusal(501, "NotImplemented"),
        }
    }

    fn list(&self, request: &Request) -> ResponseTemplate {
        let mut query = request.url.query_pairs();
        let prefix = query.find(|(name, _)| name == "prefix");
        let prefix = prefix.map(|(_, prefix)| prefix.into_owned());
        let prefix = prefix.unwrap_or_default();
        let mut text = "<ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
        for (key, bytes) in self.objects().iter() {
            if key.starts_with(&prefix) {
                // Writing into a string does not fail.
                let _ = write!(
                    text,
                    "<Contents><Key>{key}</Key><LastModified>2020-12-01T00:00:00.000Z\
                     </LastModified><ETag>\"1\"</ETag><Size>{}</Size></Contents>",
                    bytes.len()
                );
            }
        }
        text.push_str("</ListBucketResult>");
        ResponseTemplate::new(200).set_body_string(text)
    }
}

fn refusal(status: u16, code: &str) -> ResponseTemplate {
    let text = format!("<Error><Code>{code}</Code><Message>no</Message></Error>");
    ResponseTemplate::new(status).set_body_string(text)
}

/// `AssumeRoleWithWebIdentity` of AWS STS.
fn web_identity(request: &Request) -> ResponseTemplate {
    let body = String::from_utf8_lossy(&request.body);
    let asks = ["AssumeRoleWithWebIdentity", "WebIdentityToken=who-I-am"];
    if !asks.iter().all(|part| body.contains(part)) {
        return refusal(400, "InvalidIdentityToken");
    }
    ResponseTemplate::new(200).set_body_string(format!(
        "<AssumeRoleWithWebIdentityResponse \
         xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <AssumeRoleWithWebIdentityResult><Credentials>\
         <AccessKeyId>{ROLES_KEY}</AccessKeyId>\
         <SecretAccessKey>secret</SecretAccessKey>\
         <SessionToken>{ROLES_TOKEN}</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
    ))
}

/// What the host of a container answers whoever runs in it (ECS, EKS).
fn container(request: &Request) -> ResponseTemplate {
    let shown = request.headers.get("authorization");
    if shown.and_then(|it| it.to_str().ok()) != Some("who-I-am") {
        return refusal(401, "Unauthorized");
    }
    let text = format!(
        "{{\"AccessKeyId\":\"{ROLES_KEY}\",\"SecretAccessKey\":\"secret\",\
         \"Token\":\"{ROLES_TOKEN}\",\"Expiration\":\"2099-01-01T00:00:00Z\"}}"
    );
    ResponseTemplate::new(200).set_body_raw(text, "application/json")
}
