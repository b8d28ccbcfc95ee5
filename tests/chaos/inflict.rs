//! How each fault is done and undone.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::Method;
use sesame_test_support::proxy::Proxy;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::sleep;

use crate::chronicle::About;
use crate::cluster::{Cluster, DATABASE_DISTANCE};
use crate::fault::Fault;
use crate::nodes::Node;
use crate::phase::Phase;
use crate::plan::Strike;
use crate::telegram::DISTANCE;

/// How slow a slow database is, each way.
const SLOW_DATABASE: Duration = Duration::from_millis(120);
/// How slow a slow data centre is, each way.
const SLOW_DC: Duration = Duration::from_millis(1_500);

/// Ends the connections of all nodes.
const TERMINATE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// Holds the one right to write to a database until its input ends.
const LOCK: &str = "
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
database.execute('BEGIN IMMEDIATE')
print('locked', flush=True)
sys.stdin.read()
database.execute('ROLLBACK')
";

/// Lets a fault happen, and lifts it when its time is over.
pub(crate) async fn inflict(
    cluster: &Cluster,
    strike: Strike,
    phase: Phase,
    node: usize,
    dc: i32,
) -> Result<()> {
    if let Some(order) = strike.fault.order(phase, dc) {
        let answer = cluster.phones.ask(Method::POST, "/faults", Some(order));
        let answer = answer.await?;
        anyhow::ensure!(answer.status.is_success(), "{}", answer.text);
        return Ok(());
    }
    let lasts = strike.lasts;
    let node = &cluster.nodes[node];
    let line = cluster.telegram.lines.get(&dc).context("no such DC")?;
    match strike.fault {
        Fault::NodeKilled => {
            node.stop("KILL").await?;
            sleep(lasts).await;
            node.start(&cluster.chronicle).await
        }
        Fault::NodeStopped => restarted(cluster, node, lasts).await,
        Fault::NodesRolled => {
            for node in &cluster.nodes {
                restarted(cluster, node, lasts).await?;
            }
            Ok(())
        }
        Fault::NodeFrozen | Fault::NodeFrozenLong => {
            node.signal("STOP").await?;
            sleep(lasts).await;
            node.signal("CONT").await
        }
        Fault::DatabaseLineCut => trouble(database_line(node)?, Trouble::Cut, lasts).await,
        Fault::DatabaseLineForgotten => trouble(database_line(node)?, Trouble::Forget, lasts).await,
        Fault::DatabaseLineStalled => trouble(database_line(node)?, Trouble::Stall, lasts).await,
        Fault::DatabaseLineSlow => {
            let slow = Trouble::Slow(SLOW_DATABASE, DATABASE_DISTANCE);
            trouble(database_line(node)?, slow, lasts).await
        }
        Fault::RedisLineCut => trouble(&node.redis, Trouble::Cut, lasts).await,
        Fault::RedisLineForgotten => trouble(&node.redis, Trouble::Forget, lasts).await,
        Fault::RedisLineStalled => trouble(&node.redis, Trouble::Stall, lasts).await,
        Fault::RedisLineRefused => trouble(&node.redis, Trouble::Refuse, lasts).await,
        Fault::DcCut => trouble(line, Trouble::Cut, lasts).await,
        Fault::DcForgotten => trouble(line, Trouble::Forget, lasts).await,
        Fault::DcSilent => trouble(line, Trouble::Stall, lasts).await,
        Fault::DcRefuses => trouble(line, Trouble::Refuse, lasts).await,
        Fault::DcSlow => trouble(line, Trouble::Slow(SLOW_DC, DISTANCE), lasts).await,
        Fault::RedisEmptied
        | Fault::RedisRestarted
        | Fault::RedisFrozen
        | Fault::DatabaseTerminates
        | Fault::DatabaseCrashes
        | Fault::DatabaseStalled
        | Fault::DatabaseLocked
        | Fault::DiskFull => at_the_store(cluster, strike).await,
        Fault::AnswerLost
        | Fault::AnswerLostQuietly
        | Fault::AnswersLate
        | Fault::Flood
        | Fault::ServerError
        | Fault::KeyUnknown
        | Fault::TransportFlood
        | Fault::Garbage => Ok(()),
    }
}

/// Stopped in order, and started again.
async fn restarted(cluster: &Cluster, node: &Node, lasts: Duration) -> Result<()> {
    let stopped = node.stop("TERM").await;
    if let Ok(took) = &stopped {
        let text = format!(
            "node {} stopped in {:.1} s",
            node.number,
            took.as_secs_f64()
        );
        cluster.chronicle.note(About::Everyone, text);
    }
    sleep(lasts).await;
    node.start(&cluster.chronicle).await?;
    stopped.map(|_| ())
}

/// What strikes the stores of all nodes.
async fn at_the_store(cluster: &Cluster, strike: Strike) -> Result<()> {
    let lasts = strike.lasts;
    match strike.fault {
        Fault::RedisEmptied => cluster.redis.lock().await.execute(&["FLUSHALL"]).await,
        Fault::RedisRestarted => {
            let mut redis = cluster.redis.lock().await;
            redis.kill().await?;
            sleep(lasts).await;
            redis.start_again().await
        }
        Fault::RedisFrozen => {
            let seconds = lasts.as_secs_f64().to_string();
            let redis = cluster.redis.lock().await;
            redis.execute(&["DEBUG", "SLEEP", &seconds]).await
        }
        Fault::DatabaseTerminates => {
            let postgres = cluster.postgres.as_ref().context("no server")?;
            let url = cluster.postgres_url.as_ref().context("no server")?;
            postgres.lock().await.execute(url, TERMINATE).await
        }
        Fault::DatabaseCrashes => {
            let postgres = cluster.postgres.as_ref().context("no server")?;
            let mut postgres = postgres.lock().await;
            postgres.crash().await?;
            sleep(lasts).await;
            postgres.start_again().await
        }
        Fault::DatabaseStalled => {
            for node in &cluster.nodes {
                database_line(node)?.stall();
            }
            sleep(lasts).await;
            for node in &cluster.nodes {
                database_line(node)?.pass();
            }
            Ok(())
        }
        Fault::DatabaseLocked => locked(cluster, lasts).await,
        Fault::DiskFull => {
            let disk = cluster.disk.as_ref().context("no small disk")?;
            disk.fill()?;
            sleep(lasts).await;
            disk.make_room()?;
            match &cluster.postgres {
                Some(postgres) => postgres.lock().await.is_up_again().await,
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// What a line can suffer.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Cut,
    Forget,
    Stall,
    Refuse,
    /// This slow, instead of so slow as usual.
    Slow(Duration, Duration),
}

/// Has a line suffer for a while.
async fn trouble(line: &Proxy, what: Trouble, lasts: Duration) -> Result<()> {
    match what {
        Trouble::Cut => line.cut(),
        Trouble::Forget => line.forget(),
        Trouble::Stall => line.stall(),
        Trouble::Refuse => line.refuse(),
        Trouble::Slow(slow, _) => line.delay(slow),
    }
    sleep(lasts).await;
    match what {
        Trouble::Cut | Trouble::Forget => {}
        Trouble::Stall | Trouble::Refuse => line.pass(),
        Trouble::Slow(_, usual) => line.delay(usual),
    }
    Ok(())
}

fn database_line(node: &Node) -> Result<&Proxy> {
    node.database.as_deref().context("no line to a database")
}

async fn locked(cluster: &Cluster, lasts: Duration) -> Result<()> {
    let file = cluster.file.as_ref().context("no file")?;
    let mut holder = Command::new("python3")
        .args(["-c", LOCK])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let said = holder.stdout.take().context("its output")?;
    BufReader::new(said).read_line(&mut String::new()).await?;
    sleep(lasts).await;
    drop(holder.stdin.take());
    holder.wait().await?;
    Ok(())
}
