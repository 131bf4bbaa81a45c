//! Shows what a user of a trusted organization did in one's own: the ids of the organization and
//! the user are the arguments.
//!
//! Runs against a mock; with `GENESYSCLOUD_OAUTHCLIENT_ID` and its companions in the environment
//! against the API.

use {krate}::mock::Mock;
use {krate}::{Client, Error as ApiError, model, models};
use serde_json::json;
use std::error::Error;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let organization = arguments.next().unwrap_or_else(|| "org-1".to_owned());
    let user = arguments.next().unwrap_or_else(|| "user-1".to_owned());

    let client = client()?;
    let query = model!(models::TrusteeAuditQueryRequest {
        trustee_organization_ids: [organization],
        trustee_user_ids: [user],
    });
    let trusts = client.organization_authorization();
    match trusts.post_orgauthorization_trustees_audits(&query).page_size(25).await {
        Ok(audits) => println!("{audits:#}"),
        Err(ApiError::Api(answer)) if answer.permissions().is_some() => {
            println!("{}: the role must hold {:?}", answer.status(), answer.permissions());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn client() -> Result<Client, Box<dyn Error>> {
    if std::env::var_os("GENESYSCLOUD_OAUTHCLIENT_ID").is_some() {
        return Ok(Client::builder().env()?.build()?);
    }
    let mock = Mock::new();
    let audit = json!({"action": "UPDATE", "entityType": "USER"});
    mock.answer("postOrgauthorizationTrusteesAudits", &json!({"entities": [audit]}));
    Ok(Client::builder().transport(Arc::new(mock)).build()?)
}
