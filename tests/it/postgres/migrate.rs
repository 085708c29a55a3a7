//! `migrate`: from a file to a server, all of it or nothing.

use std::process::Output;

use crate::support::postgres::{make_first, meddle, shared};
use crate::support::process::{command, output};
use crate::support::scene::Scene;
use crate::support::talk::{GROUP, MIRA};

/// Texts that `COPY` could misread, and what only a dead letter or a pause holds.
const HISTORY: &str = "
    INSERT INTO job (id, bot, room, message, state, asked_at, due_at, line_at, one_to_one, failure, died_at, asker, text)
        VALUES (4000, 'bot', 'r1', 7, 'dead', 1, 1, 1, 0, 'internal', 1, 'users/mira', 'a\\tb\\n'
            || char(9, 10, 13, 92, 78) || '\u{1F980}');
    INSERT INTO part (bot, job, place, text, posted) VALUES ('bot', 4000, 0, 'part', 1);
    INSERT INTO notice (id, bot, room, thread, text, since, due_at) VALUES (90, 'bot', 'r1', 0, 'late', 1, 9000000000000);
    INSERT INTO pause (bot, room, paused_until) VALUES ('another', 'r1', 1);
    INSERT INTO own_actor (bot, actor) VALUES ('bot', 'bots/bot-1');
    INSERT INTO room (bot, room, floor) VALUES ('bot', 'r1', NULL);
    DELETE FROM notice WHERE id = 90";

async fn in_file(scene: &Scene, sql: &'static str) {
    use sqlx::{ConnectOptions, Connection};
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(scene.database());
    let mut file = file.connect().await.expect("opened");
    sqlx::raw_sql(sql).execute(&mut file).await.expect("done");
    file.close().await.expect("closed");
}

fn migrate(scene: &Scene, to: &str) -> (Option<i32>, String, String) {
    let file = format!("sqlite://{}", scene.database().display());
    let Output { status, stdout, stderr } =
        output(command(&["migrate", "--to", to]).env("DATABASE_URL", &file));
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

/// A service that has answered one question and was stopped.
async fn stopped() -> Scene {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    scene.ask(&bot, GROUP, "@Halo first").await;
    scene.settled(&bot).await;
    bot.stop();
    scene
}

#[tokio::test]
async fn the_service_goes_on_where_it_was() {
    let Some(cluster) = shared().await else { return };
    let (scene, url) = (stopped().await, cluster.fresh().await);
    in_file(&scene, HISTORY).await;
    let (code, told, _) = migrate(&scene, &url);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("job\t2\n") && told.contains("turn\t1\n") && told.contains("pause\t1\n"), "{told}");
    assert!(told.ends_with("and start the service\n"), "{told}");
    let whole = "SELECT 1 / (text = E'a\\\\tb\\\\n\\t\\n\\r\\\\N\u{1F980}')::int FROM job WHERE id = 4000";
    meddle(&url, whole).await;
    let mut bot = scene.start_with(&[("DATABASE_URL", &url)]);
    let question = scene.ask(&bot, GROUP, "@Halo second").await;
    scene.settled(&bot).await;
    let posted = scene.talk.posted(GROUP);
    assert!(posted.len() == 2 && posted[1].0.contains("question **2**"), "{posted:?}");
    // Numbers go on after the last of the file.
    meddle(&url, &format!("SELECT 1 / (id > 4000)::int FROM job WHERE message = {question}")).await;
    meddle(&url, "SELECT 1 / (nextval(pg_get_serial_sequence('notice', 'id')) > 90)::int").await;
    bot.stop();
}

#[tokio::test]
async fn while_a_service_works_on_the_file_nothing_is_copied() {
    let Some(cluster) = shared().await else { return };
    let (scene, url) = (Scene::new().await, cluster.fresh().await);
    let mut bot = scene.start();
    let (code, told, why) = migrate(&scene, &url);
    assert_eq!((code, told.as_str()), (Some(1), ""), "{why}");
    assert!(why.contains("another service works on"), "{why}");
    bot.stop();
    assert_eq!(migrate(&scene, &url).0, Some(0));
}

#[tokio::test]
async fn a_database_with_something_in_it_is_left_alone() {
    let Some(cluster) = shared().await else { return };
    let (scene, url) = (stopped().await, cluster.fresh().await);
    assert_eq!(migrate(&scene, &url).0, Some(0));
    let (code, told, why) = migrate(&scene, &url);
    assert_eq!((code, told.as_str()), (Some(1), ""), "{why}");
    assert!(why.contains("has 1 rows in the table job"), "{why}");
}

#[tokio::test]
async fn tables_of_an_older_version_are_brought_up_to_date_only_where_nothing_is_in_them() {
    let Some(cluster) = shared().await else { return };
    let (scene, url) = (stopped().await, cluster.fresh().await);
    make_first(&url).await;
    meddle(&url, "INSERT INTO pause VALUES ('another', 'r1', 1)").await;
    let (code, _, why) = migrate(&scene, &url);
    assert!(code == Some(1) && why.contains("has 1 rows in the table pause"), "{why}");
    meddle(&url, "SELECT 1 / (MAX(version) = 1)::int FROM _sqlx_migrations").await;
    meddle(&url, "DELETE FROM pause").await;
    let (code, _, why) = migrate(&scene, &url);
    assert_eq!(code, Some(0), "{why}");
    meddle(&url, "SELECT 1 / (COUNT(*) = 1)::int FROM job WHERE asked_by IS NULL").await;
}

#[tokio::test]
async fn what_the_server_refuses_in_the_end_leaves_nothing_there() {
    let Some(cluster) = shared().await else { return };
    let (scene, url) = (stopped().await, cluster.fresh().await);
    scene.talk.say(GROUP, MIRA, "not the bot's");
    assert_eq!(migrate(&Scene::new().await, &url).0, Some(78), "no file");
    let mut bot = scene.start_with(&[("DATABASE_URL", &url)]);
    bot.stop();
    meddle(&url, "ALTER TABLE turn ADD CHECK (length(answer) < 3)").await;
    let (code, _, why) = migrate(&scene, &url);
    assert!(code == Some(1) && why.contains("cannot be filled"), "{why}");
    meddle(&url, "SELECT 1 / (COUNT(*) = 0)::int FROM job").await;
}

const TO: &str =
    "--to: takes a postgres:// address, that of the database to be filled; for example --to=postgres://";

#[test]
fn it_goes_from_a_file_to_a_server_and_no_other_way() {
    for (from, to, why) in [
        ("postgres://db/halo", "postgres://db/other", "DATABASE_URL: names no file"),
        ("sqlite:///srv/bot.db", "sqlite:///srv/other.db", TO),
        ("sqlite:///srv/bot.db", "mysql://db/bot", TO),
        ("sqlite:///srv/bot.db", "postgres://db", "--to: names no database; for example --to=postgres://"),
    ] {
        let failed = output(command(&["migrate", "--to", to]).env("DATABASE_URL", from));
        let said = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert!(failed.status.code() == Some(78) && said.contains(why), "{from} {to}: {said}");
    }
}

#[test]
fn a_file_that_cannot_be_one_is_told_with_the_setting_that_names_it() {
    let to = ["migrate", "--to", "postgres://db/halo"];
    let failed = output(command(&to).env("STATE_DIRECTORY", "/dev/null"));
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert_eq!(failed.status.code(), Some(78), "{said}");
    assert!(said.contains("nothing was copied: STATE_DIRECTORY: /dev/null is no directory"), "{said}");
}
