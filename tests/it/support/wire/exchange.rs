//! Requests and their answers out of the bytes of a connection. Knows as much of HTTP/1.1 as clients and stand-ins of
//! the tests use: lengths and chunks, one request after the other.

/// A request or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// `POST /path HTTP/1.1`, or `HTTP/1.1 200 OK`.
    pub(crate) first: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the body came to its end.
    pub(crate) whole: bool,
}

/// A request, and the answer if there was one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub(crate) request: Said,
    pub(crate) answer: Option<Said>,
}

/// All of a connection. What has no complete head is left out.
pub(super) fn exchanges_of(mut asked: &[u8], mut answered: &[u8]) -> Vec<Exchange> {
    let mut exchanges = Vec::new();
    while let Some(request) = next(&mut asked) {
        let answer = next(&mut answered);
        exchanges.push(Exchange { request, answer });
    }
    exchanges
}

impl Said {
    /// The value of that header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The nth word of the first line.
    pub(crate) fn word(&self, nth: usize) -> &str {
        self.first.split(' ').nth(nth).unwrap_or_default()
    }
}

fn next(bytes: &mut &[u8]) -> Option<Said> {
    let end = find(bytes, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    *bytes = &bytes[end + 4..];
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut said = Said { first, headers, body: Vec::new(), whole: true };
    (said.body, said.whole) = if said.header("transfer-encoding").is_some() {
        chunks(bytes)
    } else {
        let length = said.header("content-length").and_then(|digits| digits.parse().ok()).unwrap_or(0);
        let here = bytes.len().min(length);
        let body = bytes[..here].to_vec();
        *bytes = &bytes[here..];
        (body, here == length)
    };
    Some(said)
}

fn chunks(bytes: &mut &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(end) = find(bytes, b"\r\n") {
        let digits = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let Ok(length) = usize::from_str_radix(digits.trim(), 16) else { break };
        let (start, stop) = (end + 2, end + 2 + length);
        if bytes.len() < stop + 2 {
            break;
        }
        body.extend_from_slice(&bytes[start..stop]);
        *bytes = &bytes[stop + 2..];
        if length == 0 {
            return (body, true);
        }
    }
    *bytes = &[];
    (body, false)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[test]
fn requests_and_answers_are_paired() {
    let asked = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi";
    let answered = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 404 X\r\nContent-Length: 9\r\n\r\ncut";
    let exchanges = exchanges_of(asked, answered);
    let bodies: Vec<_> = exchanges
        .iter()
        .map(|exchange| {
            let answer = exchange.answer.as_ref().expect("an answer");
            (exchange.request.body.as_slice(), answer.word(1), answer.body.as_slice(), answer.whole)
        })
        .collect();
    let expected: [(&[u8], &str, &[u8], bool); 2] =
        [(b"", "200", b"ok", true), (b"hi", "404", b"cut", false)];
    assert_eq!(bodies, expected);
}
