//! A stand-in for AWS (`moto_server`) for tests.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::http;
use crate::server::{Launch, Server, free_port};

/// Where the keys are that [`Moto::create_kms_key`] makes.
pub const REGION: &str = "eu-central-1";

/// A server that speaks AWS's protocols and forgets all when it ends. It takes
/// any credentials. Whoever uses it makes keys and buckets of their own: the
/// server may be shared.
#[derive(Debug)]
pub struct Moto {
    url: String,
    /// Held for its end; a server that the whole test run shares is not ours.
    _server: Option<Server>,
}

impl Moto {
    /// The server that the test run shares (`SESAME_TEST_MOTO_URL`), or one of
    /// its own.
    ///
    /// # Errors
    /// When moto is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        if let Ok(url) = std::env::var("SESAME_TEST_MOTO_URL") {
            return Ok(Self { url, _server: None });
        }
        let port = free_port()?;
        let server = spawn_blocking(move || serve(port)).await??;
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            _server: Some(server),
        })
    }

    /// Makes a bucket. Names are shared with whoever else uses the server.
    ///
    /// # Errors
    /// When moto does not make it.
    pub async fn create_bucket(&self, name: &str) -> anyhow::Result<()> {
        let address = self.url.trim_start_matches("http://").to_owned();
        let request = format!("PUT /{name} HTTP/1.0\r\nHost: {address}\r\n\r\n");
        spawn_blocking(move || {
            let mut connection = TcpStream::connect(&address)?;
            connection.set_read_timeout(Some(Duration::from_secs(5)))?;
            connection.write_all(request.as_bytes())?;
            let mut answer = String::new();
            connection.read_to_string(&mut answer)?;
            let status = answer.split(' ').nth(1);
            anyhow::ensure!(status == Some("200"), "moto made no bucket: {answer}");
            Ok(())
        })
        .await?
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes a key that encrypts, as an operator would; gives its ARN, which
    /// is in [`REGION`].
    ///
    /// # Errors
    /// When moto does not make one.
    pub async fn create_kms_key(&self) -> anyhow::Result<String> {
        let key = json!({ "KeyUsage": "ENCRYPT_DECRYPT" });
        let made = self.kms("CreateKey", &key).await?;
        let arn = made["KeyMetadata"]["Arn"].as_str();
        arn.map(str::to_owned).context("a key without an ARN")
    }

    /// Calls an operation of KMS, such as `DisableKey`.
    ///
    /// # Errors
    /// When it is not answered with success.
    pub async fn kms(&self, operation: &str, body: &Value) -> anyhow::Result<Value> {
        // moto takes the region from here and checks no signature.
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/kms/aws4_request, \
             SignedHeaders=host, Signature=none"
        );
        let call = http::client()?
            .post(&self.url)
            .header("X-Amz-Target", format!("TrentService.{operation}"))
            .header("Authorization", authorization)
            .header("Content-Type", "application/x-amz-json-1.1")
            .body(body.to_string());
        let answer = call.send().await?.error_for_status()?.text().await?;
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer).context("an answer that is no JSON")
    }
}

fn serve(port: u16) -> anyhow::Result<Server> {
    let program = program()?;
    let folder = tempfile::Builder::new().prefix("sesame-moto-").tempdir()?;
    // From here on, the server's supervisor removes the folder.
    let folder = folder.keep();
    let command = [
        &program.display().to_string(),
        "-H",
        "127.0.0.1",
        "-p",
        &port.to_string(),
    ]
    .map(str::to_owned);
    let mut server = Server::start(&Launch {
        folder: &folder,
        signal: "KILL",
        command: &command,
    })
    .context("start moto")?;
    server.wait_until(|| answers(port).is_ok())?;
    Ok(server)
}

/// `moto_server`: what `SESAME_TEST_MOTO` names, or that of the repository's
/// `.venv`.
fn program() -> anyhow::Result<PathBuf> {
    let named = std::env::var_os("SESAME_TEST_MOTO").map(PathBuf::from);
    let program = named.unwrap_or_else(|| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/moto_server")
    });
    if !program.is_file() {
        bail!(
            "{} is not there: install moto with `python3 -m venv .venv && .venv/bin/pip install \
             -r tests/python/requirements.txt` in the repository, or name another moto_server in \
             SESAME_TEST_MOTO",
            program.display()
        );
    }
    program.canonicalize().context("find moto_server")
}

fn answers(port: u16) -> anyhow::Result<()> {
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_read_timeout(Some(Duration::from_secs(5)))?;
    connection.write_all(b"GET /moto-api/data.json HTTP/1.0\r\n\r\n")?;
    let mut answer = [0; 5];
    connection.read_exact(&mut answer)?;
    if &answer != b"HTTP/" {
        bail!("an odd answer");
    }
    Ok(())
}
