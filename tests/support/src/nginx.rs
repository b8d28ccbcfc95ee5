//! nginx in front of Sesame.

use std::fs;
use std::net::TcpStream;

use anyhow::{Context, Result};
use tokio::task::spawn_blocking;

use crate::server::{Launch, Server, free_port};

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
        self.server = Some(spawn_blocking(move || start(port, &rule)).await??);
        Ok(())
    }
}

fn start(port: u16, rule: &str) -> Result<Server> {
    let folder = tempfile::Builder::new().prefix("sesame-nginx-").tempdir()?;
    let at = folder.path().display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {at}/{kind};\n"))
        .concat();
    // One process: another user's could not look into the folder.
    let configuration = format!(
        "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}server {{\nlisten 127.0.0.1:{port};\n{rule}\n}}\n}}\n"
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
