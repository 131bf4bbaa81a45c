//! Grants a user of a trusted organization roles: the ids of the organization, the user and the
//! roles are the arguments.
//!
//! Runs against a mock; with `GENESYSCLOUD_OAUTHCLIENT_ID` and its companions in the environment
//! against the API.

use {krate}::Client;
use {krate}::mock::{Mock, MockResponse};
use http::StatusCode;
use serde_json::{Value, json};
use std::error::Error;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let organization = arguments.next().unwrap_or_else(|| "org-1".to_owned());
    let user = arguments.next().unwrap_or_else(|| "user-1".to_owned());
    let mut granted: Vec<String> = arguments.collect();
    if granted.is_empty() {
        granted.push("role-2".to_owned());
    }

    let client = client()?;
    let trusts = client.organization_authorization();
    // The call replaces all roles, so those that the user has are sent along.
    let before = trusts.get_orgauthorization_trustee_user_roles(&organization, &user).await?;
    let had = before.roles.unwrap_or_default().into_iter().filter_map(|role| role.id);
    let mut roles: Vec<String> = had.collect();
    roles.extend(granted);
    roles.sort();
    roles.dedup();
    let after = trusts.put_orgauthorization_trustee_user_roles(&organization, &user, &roles).await?;
    for role in after.roles.unwrap_or_default() {
        println!("{}", role.id.as_deref().unwrap_or("(no id)"));
    }
    Ok(())
}

fn client() -> Result<Client, Box<dyn Error>> {
    if std::env::var_os("GENESYSCLOUD_OAUTHCLIENT_ID").is_some() {
        return Ok(Client::builder().env()?.build()?);
    }
    let mock = Mock::new();
    mock.answer("getOrgauthorizationTrusteeUserRoles", &json!({"roles": [{"id": "role-1"}]}));
    mock.respond_with("putOrgauthorizationTrusteeUserRoles", |request| {
        let ids: Vec<String> = request.json().unwrap_or_default();
        let roles: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        MockResponse::new(StatusCode::OK).json(&json!({"roles": roles}))
    });
    Ok(Client::builder().transport(Arc::new(mock)).build()?)
}
