//! What the tests share: a few operations and a client at a given server.

use runtime::{Client, ClientBuilder, Operation, RegionEntry, Require};

/// Two regions, as `client.yaml` would have them.
pub static REGIONS: &[RegionEntry] = &[
    RegionEntry {
        name: "us_east_1",
        domain: "mypurecloud.com",
    },
    RegionEntry {
        name: "eu_west_1",
        domain: "mypurecloud.ie",
    },
];

/// Reads one thing; has two path parameters.
pub static GET_THING: Operation = Operation {
    id: "getThing",
    method: http::Method::GET,
    path: "/api/v2/things/{thingId}/parts/{partId}",
    require: Require::Any,
    permissions: &["things:thing:view", "things:thing:edit"],
    safe: false,
};

/// Lists things.
pub static GET_THINGS: Operation = Operation {
    id: "getThings",
    method: http::Method::GET,
    path: "/api/v2/things",
    require: Require::All,
    permissions: &["things:thing:view"],
    safe: false,
};

/// Creates a thing; not to be repeated.
pub static POST_THINGS: Operation = Operation {
    id: "postThings",
    method: http::Method::POST,
    path: "/api/v2/things",
    require: Require::None,
    permissions: &[],
    safe: false,
};

/// A builder without credentials.
pub fn builder() -> ClientBuilder {
    ClientBuilder::new(REGIONS)
}

/// A client with a token, at `url`.
pub fn client(url: &str) -> Client {
    builder()
        .base_url(url)
        .access_token("s3cret-token")
        .build()
        .expect("the settings are right")
}
