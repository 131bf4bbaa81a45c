//! Lists the organizations that are granted access to one's own, page by page.
//!
//! Runs against a mock; with `GENESYSCLOUD_OAUTHCLIENT_ID` and its companions in the environment
//! against the API.

use {krate}::Client;
use {krate}::mock::{Mock, MockResponse};
use http::StatusCode;
use serde_json::json;
use std::error::Error;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = client()?;
    let trusts = client.organization_authorization();
    let mut trustees = trusts.get_orgauthorization_trustees().page_size(2).items();
    while let Some(trustee) = trustees.next().await {
        let trustee = trustee?;
        let id = trustee.id.as_deref().unwrap_or("(no id)");
        let enabled = trustee.enabled.unwrap_or_default();
        println!("{id} {}", if enabled { "enabled" } else { "disabled" });
    }
    Ok(())
}

fn client() -> Result<Client, Box<dyn Error>> {
    if std::env::var_os("GENESYSCLOUD_OAUTHCLIENT_ID").is_some() {
        return Ok(Client::builder().env()?.build()?);
    }
    let mock = Mock::new();
    mock.respond_with("getOrgauthorizationTrustees", |request| {
        let page = request.query("pageNumber").and_then(|page| page.parse().ok()).unwrap_or(1);
        let entities = match page {
            1 => json!([{"id": "org-1", "enabled": true}, {"id": "org-2", "enabled": false}]),
            _ => json!([{"id": "org-3", "enabled": true}]),
        };
        let answer = json!({"entities": entities, "pageNumber": page, "pageCount": 2});
        MockResponse::new(StatusCode::OK).json(&answer)
    });
    Ok(Client::builder().transport(Arc::new(mock)).build()?)
}
