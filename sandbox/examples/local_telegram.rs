//! Runs a local Telegram until Ctrl-C:
//! `cargo run -p sesame-sandbox --example local_telegram -- READY_FILE [PORT]`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use sesame_sandbox::{Sandbox, SandboxOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let ready_file = arguments.next().ok_or("name the ready file")?;
    let port = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let sandbox = Sandbox::start(SandboxOptions {
        listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
        ..SandboxOptions::default()
    })
    .await?;
    tokio::fs::write(ready_file, serde_json::to_vec_pretty(&sandbox.ready())?).await?;
    tokio::signal::ctrl_c().await?;
    sandbox.shutdown().await;
    Ok(())
}
