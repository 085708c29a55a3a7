//! The store is in PostgreSQL, and that is away or refuses the service. Left out where this machine has none.

use super::fault::Fault;
use crate::support::postgres::Cluster;
use crate::support::process::command;
use crate::support::talk::{GROUP, MIRA};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away() {
    let Some(cluster) = Cluster::start().await else { return };
    let url = cluster.fresh().await;
    let fault = Fault::of("PostgreSQL is away").await.set("DATABASE_URL", &url);
    let bot = fault.scene.start_with(&[("DATABASE_URL", &url)]);
    cluster.stop();
    let question = fault.scene.talk.say(GROUP, MIRA, "@Halo hello");
    assert!(!fault.scene.deliver(&bot.url, &question).await);
    fault.look_by(command(&["doctor"]), bot).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_not_the_databases() {
    let Some(mut cluster) = Cluster::make() else { return };
    let port = cluster.with_port();
    cluster.run().await;
    cluster.meddle("ALTER ROLE postgres PASSWORD 'right'").await;
    let url = format!("postgres://postgres:wrong@127.0.0.1:{port}/postgres");
    let fault = Fault::of("PostgreSQL refuses the password").await;
    fault.set("DATABASE_URL", url).not_started().await;
}
