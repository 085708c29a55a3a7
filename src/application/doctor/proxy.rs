//! Tells which servers are asked through a proxy of the environment, since each fault on such a way may be the proxy's.

use std::net::IpAddr;

use super::Finding;

const CHECK: &str = "proxy";

/// The way to one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The setting that holds its address.
    pub setting: &'static str,
    /// Its name or number.
    pub host: String,
    /// Host and port of the proxy, if it is asked through one.
    pub proxy: Option<String>,
}

/// One finding for all ways without a proxy, or one for each with.
#[must_use]
pub fn judge_proxies(ways: &[Way]) -> Vec<Finding> {
    let findings: Vec<_> = ways.iter().filter_map(through).collect();
    if findings.is_empty() {
        return vec![Finding::good(
            CHECK,
            "every server is asked directly, by the environment of this command",
        )];
    }
    findings
}

fn through(way: &Way) -> Option<Finding> {
    let Way { setting, host, proxy } = way;
    let found = format!("{host} ({setting}) is asked through the proxy {}", proxy.as_ref()?);
    Some(if is_near(host) {
        Finding::warning(
            CHECK,
            found,
            format!("it seems to be in the local network: name {host} in NO_PROXY"),
        )
    } else {
        Finding::good(CHECK, found)
    })
}

/// Whether a proxy to the world is a detour.
fn is_near(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => {
            !host.contains('.') || [".local", ".lan", ".internal"].iter().any(|end| host.ends_with(end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{Good, Warning};
    use super::*;

    #[test]
    fn a_proxy_is_told_and_a_detour_is_warned_of() {
        let way = |host: &str, proxy: Option<&str>| Way {
            setting: "MODEL_BASE_URL",
            host: host.to_owned(),
            proxy: proxy.map(ToOwned::to_owned),
        };
        let proxy = Some("proxy.example:3128");
        for (ways, expected) in [
            (vec![], vec![Good]),
            (vec![way("192.168.0.2", None)], vec![Good]),
            (vec![way("llm.example", proxy), way("192.168.0.2", None)], vec![Good]),
            (vec![way("llm.example", proxy), way("192.168.0.2", proxy)], vec![Good, Warning]),
            (vec![way("[fd00::2]", proxy), way("gpu", proxy), way("gpu.lan", proxy)], vec![Warning; 3]),
        ] {
            let outcomes: Vec<_> = judge_proxies(&ways).iter().map(|it| it.outcome).collect();
            assert_eq!(outcomes, expected, "{ways:?}");
        }
    }
}
