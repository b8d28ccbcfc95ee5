//! A real Prometheus for tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::http;
use crate::server::{Launch, Server, free_port};

/// Asks this often, so that rates have figures soon.
const GLOBAL: &str = "global: {scrape_interval: 1s, evaluation_interval: 1s}\n";

/// A Prometheus that asks one program, with these rules.
#[derive(Debug)]
pub struct Prometheus {
    url: String,
    client: Client,
    /// Held for its end.
    _server: Server,
}

impl Prometheus {
    /// Starts one that asks a node at this address (`host:port`), as the job
    /// `sesame`, and evaluates the rules of a folder every second.
    ///
    /// # Errors
    /// When Prometheus is not installed, does not start, or refuses the rules.
    pub async fn asking(target: &str, rules: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("sesame-prometheus-")
            .tempdir()?;
        for (name, text) in rules_of(rules)? {
            // What is evaluated now and then would not be during a test.
            let often = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("interval:"));
            let often: Vec<_> = often.collect();
            std::fs::write(folder.path().join(name), often.join("\n"))?;
        }
        let configuration = format!(
            "{GLOBAL}rule_files: ['{}/*.yml']\nscrape_configs:\n  - job_name: sesame\n    \
             static_configs: [{{targets: ['{target}']}}]\n",
            folder.path().display()
        );
        std::fs::write(folder.path().join("prometheus.yaml"), configuration)?;
        let port = free_port()?;
        let url = format!("http://127.0.0.1:{port}");
        // From here on, the server's supervisor removes the folder.
        let folder = folder.keep();
        let server = spawn_blocking(move || serve(&folder, port)).await??;
        Ok(Self {
            url,
            client: http::client()?,
            _server: server,
        })
    }

    /// What a query comes to now: the samples.
    ///
    /// # Errors
    /// When Prometheus does not take it.
    pub async fn query(&self, query: &str) -> Result<Vec<Value>> {
        let answer = self.get("query", &[("query", query)]).await?;
        let samples = answer["data"]["result"].as_array();
        Ok(samples.context("no samples")?.clone())
    }

    /// Every rule, with its `query`, `name`, `type`, `health` and `lastError`.
    ///
    /// # Errors
    /// When Prometheus does not say.
    pub async fn rules(&self) -> Result<Vec<Value>> {
        let answer = self.get("rules", &[]).await?;
        let groups = answer["data"]["groups"].as_array().context("no groups")?;
        let rules = groups.iter().filter_map(|it| it["rules"].as_array());
        Ok(rules.flatten().cloned().collect())
    }

    async fn get(&self, what: &str, parameters: &[(&str, &str)]) -> Result<Value> {
        let address = format!("{}/api/v1/{what}", self.url);
        let answer = self.client.get(address).query(parameters).send().await?;
        let answer: Value = answer.json().await?;
        ensure!(answer["status"] == "success", "{parameters:?}: {answer}");
        Ok(answer)
    }
}

/// The files with rules in a folder: name and text.
fn rules_of(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).context("the folder of the rules")? {
        let path = entry?.path();
        let name = path.file_name().context("a file without a name")?;
        found.push((
            name.to_string_lossy().into_owned(),
            std::fs::read_to_string(&path)?,
        ));
    }
    Ok(found)
}

fn serve(folder: &Path, port: u16) -> Result<Server> {
    let command = [
        "prometheus".to_owned(),
        "--config.file=prometheus.yaml".to_owned(),
        "--storage.tsdb.path=data".to_owned(),
        format!("--web.listen-address=127.0.0.1:{port}"),
    ];
    let mut server = Server::start(&Launch {
        folder,
        signal: "KILL",
        command: &command,
    })
    .context("start Prometheus")?;
    let ready = format!("127.0.0.1:{port}");
    server.wait_until(|| std::net::TcpStream::connect(&ready).is_ok())?;
    Ok(server)
}

/// Runs `promtool`, which is in Debian's package `prometheus`; what it said.
///
/// # Errors
/// When it is not installed, or fails.
pub fn promtool(arguments: &[&str], files: &[PathBuf]) -> Result<String> {
    let output = Command::new("promtool")
        .args(arguments)
        .args(files)
        .output()
        .context("run promtool (Debian's package prometheus)")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(
        output.status.success(),
        "promtool {arguments:?} fails:\n{said}{complained}"
    );
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_is_none_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let rule = "groups: [{name: a, rules: [{record: b, expr: 'sum('}]}]";
        std::fs::write(file.path(), rule).unwrap();
        let said = promtool(&["check", "rules"], &[file.path().to_owned()]);
        assert!(said.unwrap_err().to_string().contains("could not parse"));
    }
}
