//! The order of `doctor`'s checks, and what each is given. A check that depends on one that failed says so.

use std::path::Path;

use crate::adapters::doctor::{look_at_directory, look_at_listener, post_event};
use crate::application::doctor::{Finding, Listening, Loop, judge_directory, judge_listener, judge_webhook};
use crate::settings::Settings;

/// Looks at everything, and hands each finding to `tell` as soon as it is there.
pub async fn examine(settings: &Settings, _room: Option<&str>, mut tell: impl FnMut(Finding)) {
    tell(Finding::good("settings", "every setting can be read"));
    state_directory(settings).into_iter().for_each(&mut tell);
    let base = place(&settings.listen);
    let admin = settings.admin_listen.as_ref().map_or_else(|| base.clone(), place);
    let listening = look_at_listener(&base, &admin).await;
    judge_listener(&base, &listening).into_iter().for_each(&mut tell);
    tell(webhook(settings, &base, &listening).await);
    // nextcloud(settings, room) and model(settings), each giving a Vec<Finding>, belong here.
}

fn state_directory(settings: &Settings) -> Vec<Finding> {
    let url = settings.database_url.expose();
    let Some(file) = url.strip_prefix("sqlite://") else {
        return vec![Finding::skipped("state-directory", "the store is in a server")];
    };
    let file = Path::new(file.split('?').next().unwrap_or(file));
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    judge_directory(&look_at_directory(parent.unwrap_or(Path::new("."))))
}

async fn webhook(settings: &Settings, base: &str, listening: &Listening) -> Finding {
    let Some(url) = &settings.webhook_url else {
        return Finding::skipped("webhook-url", "give the URL the bot was installed with: --webhook-url URL");
    };
    if !matches!(listening, Listening::Service(_)) {
        return Finding::skipped("webhook-url", "no service runs here that could take an event");
    }
    let (backend, secret) = (settings.nextcloud_url.as_str(), &settings.bot_secret);
    let direct = post_event(&format!("{base}/webhook"), backend, secret).await;
    let public = post_event(url, backend, secret).await;
    judge_webhook(url, &Loop { direct, public })
}

/// Where a listener is asked; one on every address is asked on this machine.
fn place((host, port): &(String, u16)) -> String {
    match host.as_str() {
        "0.0.0.0" => format!("http://127.0.0.1:{port}"),
        "::" => format!("http://[::1]:{port}"),
        host if host.contains(':') => format!("http://[{host}]:{port}"),
        host => format!("http://{host}:{port}"),
    }
}
