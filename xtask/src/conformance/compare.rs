//! One call on both sides, compared part by part. Pure.
//!
//! What is compared is what an operation decides: method, path, query, body, and of the header
//! fields the operation's own, `authorization`, `accept`, and `content-type` where there is a body
//! (the SDK sends that one without a body too). Others belong to the HTTP library.

use super::normal;
use serde::Deserialize;
use spec::{Location, Operation, Parameter, Type};
use std::collections::BTreeMap;
use std::fmt;

/// What arrived at the recording server, and what was refused before it was sent. The keys are the
/// value of the header that tells calls apart: `sdk:17`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Record {
    /// Requests by call; more than one where a call was sent again.
    pub requests: BTreeMap<String, Vec<RecordedRequest>>,
    /// Why nothing was sent, or why the call failed after it was.
    pub refused: BTreeMap<String, String>,
    /// Why a call could not even be made: an argument is not of the parameter's type, say.
    #[serde(default)]
    pub impossible: BTreeMap<String, String>,
}

/// A request as it arrived, one character a byte.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RecordedRequest {
    /// From the request line.
    pub method: String,
    /// From the request line.
    pub target: String,
    /// Names in lower case, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// Empty where there is none.
    pub body: String,
}

/// What came of one call on one side.
#[derive(Clone, Debug, PartialEq)]
pub enum CallOutcome<'a> {
    /// One request arrived.
    Sent(&'a RecordedRequest),
    /// Nothing was sent, and the caller was told why.
    Refused(&'a str),
    /// Nothing arrived, and not because it was refused; or more than one request did.
    Odd(String),
}

impl CallOutcome<'_> {
    /// Whether it was refused.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl Record {
    /// What came of the call with that number on the side of that name.
    pub fn outcome(&self, side: &str, number: usize) -> CallOutcome<'_> {
        let key = format!("{side}:{number}");
        if let Some(reason) = self.impossible.get(&key) {
            return CallOutcome::Odd(reason.clone());
        }
        match self.requests.get(&key).map(Vec::as_slice) {
            Some([request]) => CallOutcome::Sent(request),
            Some(requests) => CallOutcome::Odd(format!("{} requests", requests.len())),
            None => match self.refused.get(&key) {
                Some(reason) => CallOutcome::Refused(reason),
                None => CallOutcome::Odd("no request and no error".to_owned()),
            },
        }
    }
}

/// The part of a request that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestPart {
    /// The client refused what the SDK sent.
    RefusedHere,
    /// The SDK refused what the client sent.
    RefusedThere,
    /// A side neither sent one request nor refused to.
    Odd,
    /// The method.
    Method,
    /// The path.
    Path,
    /// The values of one key of the query.
    Query(String),
    /// A header field.
    Header(String),
    /// The body.
    Body,
}

impl fmt::Display for RequestPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RefusedHere => f.write_str("refused here"),
            Self::RefusedThere => f.write_str("refused there"),
            Self::Odd => f.write_str("sending"),
            Self::Method => f.write_str("method"),
            Self::Path => f.write_str("path"),
            Self::Query(key) => write!(f, "query {key}"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Body => f.write_str("body"),
        }
    }
}

/// One difference, both sides normalised; a side is nothing where it did not send that part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestDifference {
    /// Where.
    pub part: RequestPart,
    /// The generated client's.
    pub here: Option<String>,
    /// The vendor's SDK's.
    pub there: Option<String>,
}

impl RequestDifference {
    fn of(part: RequestPart, here: Option<String>, there: Option<String>) -> Option<Self> {
        (here != there).then_some(Self { part, here, there })
    }
}

/// Everything in which the two sides differ.
pub fn compare(
    operation: &Operation,
    here: &CallOutcome<'_>,
    there: &CallOutcome<'_>,
) -> Vec<RequestDifference> {
    let part = match (here, there) {
        (CallOutcome::Sent(here), CallOutcome::Sent(there)) => {
            return requests(operation, here, there);
        }
        (CallOutcome::Refused(_), CallOutcome::Refused(_)) => return Vec::new(),
        (CallOutcome::Refused(_), CallOutcome::Sent(_)) => RequestPart::RefusedHere,
        (CallOutcome::Sent(_), CallOutcome::Refused(_)) => RequestPart::RefusedThere,
        (CallOutcome::Odd(_), _) | (_, CallOutcome::Odd(_)) => RequestPart::Odd,
    };
    vec![RequestDifference {
        part,
        here: Some(shown(here)),
        there: Some(shown(there)),
    }]
}

fn shown(outcome: &CallOutcome<'_>) -> String {
    match outcome {
        CallOutcome::Sent(request) => format!("{} {}", request.method, request.target),
        CallOutcome::Refused(reason) => (*reason).to_owned(),
        CallOutcome::Odd(what) => what.clone(),
    }
}

fn requests(
    operation: &Operation,
    here: &RecordedRequest,
    there: &RecordedRequest,
) -> Vec<RequestDifference> {
    let both = |read: &dyn Fn(&RecordedRequest) -> Option<String>| (read(here), read(there));
    let mut found = Vec::new();
    let mut add = |part, (here, there)| found.extend(RequestDifference::of(part, here, there));
    add(
        RequestPart::Method,
        both(&|request| Some(request.method.clone())),
    );
    add(
        RequestPart::Path,
        both(&|request| Some(normal::path(&request.target))),
    );
    let (ours, theirs) = (pairs(operation, here), pairs(operation, there));
    let mut keys: Vec<&String> = ours.keys().chain(theirs.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (here, there) = (ours.get(key).cloned(), theirs.get(key).cloned());
        add(RequestPart::Query(key.clone()), (here, there));
    }
    for name in header_names(operation, here, there) {
        let values = both(&|request| header(request, &name));
        add(RequestPart::Header(name), values);
    }
    add(
        RequestPart::Body,
        both(&|request| (!request.body.is_empty()).then(|| normal::body(&request.body))),
    );
    found
}

/// The query by key; a key that repeats has its values joined by `&`.
fn pairs(operation: &Operation, request: &RecordedRequest) -> BTreeMap<String, String> {
    let lists = wire_names(operation, Type::is_list);
    let moments = wire_names(operation, Type::is_date_time);
    let mut pairs: BTreeMap<String, String> = BTreeMap::new();
    for (key, value) in normal::query(&request.target, &lists, &moments) {
        pairs
            .entry(key)
            .and_modify(|values| {
                values.push('&');
                values.push_str(&value);
            })
            .or_insert(value);
    }
    pairs
}

fn wire_names(operation: &Operation, wanted: impl Fn(&Type) -> bool) -> Vec<&str> {
    let parameters = operation.parameters.iter();
    parameters
        .filter(|parameter| parameter.location == Location::Query && wanted(&parameter.ty))
        .map(Parameter::wire_name)
        .collect()
}

fn header_names(
    operation: &Operation,
    here: &RecordedRequest,
    there: &RecordedRequest,
) -> Vec<String> {
    let mut names = vec!["accept".to_owned(), "authorization".to_owned()];
    if !(here.body.is_empty() && there.body.is_empty()) {
        names.push("content-type".to_owned());
    }
    let parameters = operation.parameters.iter();
    names.extend(parameters.filter_map(|parameter| match parameter.location {
        Location::Header => Some(parameter.wire_name().to_ascii_lowercase()),
        // Compared whole, whoever asked for what is there.
        Location::Path | Location::Query | Location::Body => None,
    }));
    names
}

fn header(request: &RecordedRequest, wanted: &str) -> Option<String> {
    let headers = request.headers.iter();
    let values: Vec<&str> = headers
        .filter(|(name, _)| name == wanted)
        .map(|(_, value)| value.as_str())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> RecordedRequest {
        let headers = headers.iter();
        RecordedRequest {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers
                .map(|&(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }

    fn operation() -> Operation {
        let page = spec::yaml::parse_page(
            "format: 1\napi: A\nbase_url: https://x\noperations:\n- id: getX\n  method: GET\n  \
             path: /x/{a}\n  parameters:\n  - { name: a, in: path, type: string, required: true }\n  \
             - { name: ids, in: query, wire: id, type: [string] }\n  \
             - { name: since, in: query, type: date-time }\n  \
             - { name: ifMatch, in: header, wire: If-Match, type: string }\n  \
             - { name: body, in: body, type: object }\n  returns: void\n",
        );
        page.expect("an IR").operations.remove(0)
    }

    /// The parts in which the second request differs from one that sends everything.
    fn parts(there: &RecordedRequest) -> Vec<String> {
        let here = request(
            "GET",
            "/x/1?id=a,b&since=2024-01-01T00%3A00%3A00Z",
            &[
                ("if-match", "7"),
                ("content-type", "application/json"),
                ("host", "h"),
            ],
            "{\"a\":1}",
        );
        compare(
            &operation(),
            &CallOutcome::Sent(&here),
            &CallOutcome::Sent(there),
        )
        .iter()
        .map(|difference| difference.part.to_string())
        .collect()
    }

    #[test]
    fn each_part_is_compared() {
        let headers = [("if-match", "7"), ("content-type", "application/json")];
        let target = "/x/1?since=2024-01-01T00:00:00.000Z&id=a,b";
        let body = "{ \"a\": 1.0 }";
        let none: [&str; 0] = [];
        assert_eq!(parts(&request("GET", target, &headers, body)), none);
        assert_eq!(parts(&request("PUT", target, &headers, body)), ["method"]);
        let other = target.replace("/1", "/2");
        assert_eq!(parts(&request("GET", &other, &headers, body)), ["path"]);
        let other = target.replace("a,b", "a%2Cb&id=c&new=");
        assert_eq!(
            parts(&request("GET", &other, &headers, body)),
            ["query id", "query new"]
        );
        assert_eq!(
            parts(&request("GET", target, &headers[1..], body)),
            ["header if-match"]
        );
        assert_eq!(
            parts(&request("GET", target, &headers[..1], body)),
            ["header content-type"]
        );
        assert_eq!(parts(&request("GET", target, &headers, "")), ["body"]);
        let more = [
            headers[0],
            headers[1],
            ("accept", "text/html"),
            ("authorization", "Basic x"),
        ];
        assert_eq!(
            parts(&request("GET", target, &more, body)),
            ["header accept", "header authorization"]
        );
    }

    #[test]
    fn what_was_not_sent() {
        let sent = request("GET", "/x/1", &[], "");
        let mut record = Record::default();
        record
            .requests
            .insert("sdk:0".to_owned(), vec![sent.clone()]);
        record
            .requests
            .insert("sdk:1".to_owned(), vec![sent.clone(), sent.clone()]);
        record.refused.insert("sdk:2".to_owned(), "why".to_owned());
        // An answer that cannot be read is no refusal.
        record
            .refused
            .insert("sdk:0".to_owned(), "undecodable".to_owned());
        record
            .impossible
            .insert("sdk:4".to_owned(), "no number".to_owned());
        let outcome = |number| record.outcome("sdk", number);
        assert_eq!(outcome(0), CallOutcome::Sent(&sent));
        assert_eq!(outcome(1), CallOutcome::Odd("2 requests".to_owned()));
        assert_eq!(outcome(2), CallOutcome::Refused("why"));
        assert_eq!(
            outcome(3),
            CallOutcome::Odd("no request and no error".to_owned())
        );
        assert_eq!(outcome(4), CallOutcome::Odd("no number".to_owned()));
        let part = |here, there| {
            let found = compare(&operation(), &outcome(here), &outcome(there));
            found.first().map(|difference| difference.part.to_string())
        };
        assert_eq!(part(2, 2), None);
        assert_eq!(part(2, 0).as_deref(), Some("refused here"));
        assert_eq!(part(0, 2).as_deref(), Some("refused there"));
        for odd in [1, 3, 4] {
            assert_eq!(part(odd, odd).as_deref(), Some("sending"));
        }
    }
}
