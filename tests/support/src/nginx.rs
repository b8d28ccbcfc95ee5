//! nginx in front of Sesame.

use std::fs;
use std::net::TcpStream;
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::server::{Launch, Server, free_port, run};

/// What becomes of the path below which everything lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handing {
    /// Requests are handed on as they come.
    Kept,
    /// The path is taken off.
    Stripped,
}

/// A reverse proxy, configured as briefly as can be.
#[derive(Debug)]
pub struct Nginx {
    port: u16,
    /// Without slashes around it.
    path: &'static str,
    server: Option<Server>,
}

impl Nginx {
    /// Finds a port for one that serves what lies below this path; it does not
    /// listen yet.
    ///
    /// # Errors
    /// If there is no free port.
    pub fn below(path: &'static str) -> Result<Self> {
        Ok(Self {
            port: free_port()?,
            path,
            server: None,
        })
    }

    /// The address of what is served, with a slash at its end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.path)
    }

    /// Serves what is found at `target` (`http://address:port`).
    ///
    /// # Errors
    /// When nginx is not installed or does not start.
    pub async fn serve(&mut self, target: &str, handing: Handing) -> Result<()> {
        self.serve_by(target, handing, "").await
    }

    /// The same, by these directives beside.
    ///
    /// # Errors
    /// When nginx is not installed or does not start.
    pub async fn serve_by(&mut self, target: &str, handing: Handing, rules: &str) -> Result<()> {
        let slash = match handing {
            Handing::Kept => "",
            Handing::Stripped => "/",
        };
        let (port, path) = (self.port, self.path);
        let rule = format!("location /{path}/ {{ proxy_pass {target}{slash}; {rules} }}");
        let listen = format!("listen 127.0.0.1:{port};");
        self.server = Some(spawn_blocking(move || start(port, &listen, &rule)).await??);
        Ok(())
    }
}

/// Someone's pictures behind https, as Telegram's lie there: every path has one, but
/// those that begin with `/missing`. Its certificate is no one's.
#[derive(Debug)]
pub struct PictureHost {
    port: u16,
    /// Held for its end: it is stopped with it.
    _server: Server,
    /// Held for its end: key and certificate are removed with it.
    _folder: TempDir,
}

impl PictureHost {
    /// Starts it.
    ///
    /// # Errors
    /// When nginx or openssl is not installed, or does not start.
    pub async fn start() -> Result<Self> {
        let port = free_port()?;
        let folder = tempfile::tempdir()?;
        let at = folder.path().display().to_string();
        let mut certificate = Command::new("openssl");
        certificate
            .args(["req", "-x509", "-nodes", "-newkey", "ec", "-days", "2"])
            .args([
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-subj",
                "/CN=pictures",
            ])
            .args([
                "-keyout",
                &format!("{at}/key"),
                "-out",
                &format!("{at}/certificate"),
            ]);
        let listen = format!(
            "listen 127.0.0.1:{port} ssl;\nssl_certificate {at}/certificate;\n\
             ssl_certificate_key {at}/key;\n"
        );
        let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\">\
                       <rect width=\"8\" height=\"8\" fill=\"green\"/></svg>";
        let rule = format!(
            "location / {{ default_type image/svg+xml; return 200 '{picture}'; }}\n\
             location /missing {{ return 404; }}"
        );
        let server = spawn_blocking(move || {
            run(&mut certificate)?;
            start(port, &listen, &rule)
        });
        Ok(Self {
            port,
            _server: server.await??,
            _folder: folder,
        })
    }

    /// What has a browser find it at these names, whatever its certificate.
    pub fn flags(&self, names: &[&str]) -> [String; 2] {
        let port = self.port;
        let found: Vec<_> = names
            .iter()
            .map(|name| format!("MAP {name} 127.0.0.1:{port}, "))
            .collect();
        let found = found.concat();
        [
            format!("--host-resolver-rules={found}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
            "--ignore-certificate-errors".to_owned(),
        ]
    }
}

fn start(port: u16, listen: &str, rule: &str) -> Result<Server> {
    let folder = tempfile::Builder::new().prefix("sesame-nginx-").tempdir()?;
    let at = folder.path().display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {at}/{kind};\n"))
        .concat();
    // One process: another user's could not look into the folder.
    let configuration = format!(
        "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}server {{\n{listen}\n{rule}\n}}\n}}\n"
    );
    let file = folder.path().join("nginx.conf");
    fs::write(&file, configuration)?;
    let file = file.display().to_string();
    let command = ["nginx", "-e", "stderr", "-c", &file].map(str::to_owned);
    // From here on, the server's supervisor removes the folder.
    let folder = folder.keep();
    let mut server = Server::start(&Launch {
        folder: &folder,
        signal: "TERM",
        command: &command,
    })
    .context("start nginx")?;
    server.wait_until(|| TcpStream::connect(("127.0.0.1", port)).is_ok())?;
    Ok(server)
}
