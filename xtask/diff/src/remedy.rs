//! What callers or administrators must do about a breaking change, in one short sentence.

use crate::change::{Change, Id, Impact};
use crate::escape::code;

/// What to do; `None` if the change breaks nothing, or if its own text says it.
pub fn remedy(change: &Change) -> Option<String> {
    if change.worst() != Impact::Breaking {
        return None;
    }
    let subject = &change.subject;
    let side = |side: &Option<String>| code(side.as_deref().unwrap_or_default());
    let (old, new) = (side(&change.old), side(&change.new));
    let (parameter, field) = (side(&subject.parameter), side(&subject.field));
    let text = match change.id {
        Id::PermissionAdded => format!("Grant {new} to the roles that call it."),
        Id::PermissionRemoved => format!("Roles that have only {old} need another permission of the list."),
        Id::PermissionReplaced => format!("Grant {new} to the roles that call it by {old}."),
        Id::PermissionsRequireChanged => match change.new.as_deref().and_then(|new| new.split_once(" of ")) {
            Some(("all", list)) if list.contains(',') => {
                format!("Grant all of {} to the roles that call it.", code(list))
            }
            Some(("any", list)) if list.contains(',') => {
                format!("Grant one of {} to the roles that call it.", code(list))
            }
            Some((_, only)) => format!("Grant {} to the roles that call it.", code(only)),
            None => return None,
        },
        Id::RemovedWithoutDeprecation | Id::RemovedWithDeprecation | Id::PageRemoved => {
            "Remove the calls, or call what replaces it.".to_owned()
        }
        Id::OperationRenamed => {
            "Call it by its new name; `cargo xtask diff --draft-renamed` keeps the old one as an alias.".to_owned()
        }
        Id::OperationMoved | Id::RemovedFromPage => "Call it through the page that it is on now.".to_owned(),
        Id::NewPathParameter | Id::NewRequiredParameter | Id::ParameterBecameRequired => {
            format!("Pass {parameter}.")
        }
        Id::NewOptionalParameter | Id::BodyAddedOptional => {
            "Only code that names the type `Call` must name the request builder instead.".to_owned()
        }
        Id::ParameterRemoved => format!("Pass {parameter} no more."),
        Id::ParameterBecameOptional => format!("Set {parameter} with the builder's method, or leave it out."),
        Id::ParameterOrderChanged => "Pass the arguments in the new order.".to_owned(),
        Id::ParameterTypeChanged => format!("Pass {parameter} as {new}."),
        Id::ParameterEnumValueRemoved => format!("Pass another value than {old}."),
        Id::BodyAddedRequired | Id::BodyBecameRequired => "Pass a body.".to_owned(),
        Id::BodyRemoved => "Pass no body.".to_owned(),
        Id::BodyTypeChanged => format!("Send {new}."),
        Id::ResponseTypeChanged | Id::TopicModelChanged => format!("Read {new}."),
        Id::FieldAddedRequired | Id::FieldBecameRequired => format!("Set {field} in what is sent."),
        Id::FieldRemoved => format!("Neither set {field} nor read it."),
        Id::FieldTypeChanged => format!("Use {field} as {new}."),
        Id::FieldBecameOptional => format!("Expect an answer without {field}."),
        Id::FieldEnumValueRemoved => format!("Use another value than {old}."),
        Id::TopicRemoved => "Remove the subscriptions to it.".to_owned(),
        Id::TopicRenamed => "Call its function by the new name.".to_owned(),
        // What these ask for depends on more than the change, or their texts say it.
        Id::PageAdded
        | Id::TopicAdded
        | Id::BaseUrlChanged
        | Id::EndpointAdded
        | Id::AddedToPage
        | Id::EndpointDeprecated
        | Id::EndpointReactivated
        | Id::StabilityDecreased
        | Id::StabilityIncreased
        | Id::SafeChanged
        | Id::JobChanged
        | Id::JobAdded
        | Id::JobRemoved
        | Id::PagingAdded
        | Id::PagingRemoved
        | Id::PagingChanged
        | Id::ParameterRenamed
        | Id::ParameterTypeGeneralized
        | Id::ParameterBecameEnum
        | Id::ParameterEnumRemoved
        | Id::ParameterEnumValueAdded
        | Id::ParameterDefaultAdded
        | Id::ParameterDefaultChanged
        | Id::ParameterDefaultRemoved
        | Id::ParameterWireNameChanged
        | Id::ParameterLocationChanged
        | Id::ParameterExplodeChanged
        | Id::BodyBecameOptional
        | Id::BodyTypeGeneralized
        | Id::ResponseMediaTypeChanged
        | Id::ModelAdded
        | Id::ModelRemoved
        | Id::ModelBecameOpaque
        | Id::ModelBecameTyped
        | Id::FieldAddedOptional
        | Id::FieldRenamed
        | Id::FieldWireNameChanged
        | Id::FieldBecameEnum
        | Id::FieldEnumRemoved
        | Id::FieldEnumValueAdded
        | Id::FieldOrderChanged
        | Id::SummaryChanged
        | Id::DescriptionChanged
        | Id::ParameterDescriptionChanged
        | Id::FieldDescriptionChanged
        | Id::OperationOrderChanged
        | Id::PermissionOrderChanged
        | Id::ValueOrderChanged => return None,
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::remedy;
    use crate::change::{Change, Id, Impact, Subject};

    #[test]
    fn who_must_be_granted_what() {
        for (new, text) in [
            (
                "any of a, b",
                Some("Grant one of `a, b` to the roles that call it."),
            ),
            (
                "all of a, b",
                Some("Grant all of `a, b` to the roles that call it."),
            ),
            ("any of a", Some("Grant `a` to the roles that call it.")),
            ("all of a", Some("Grant `a` to the roles that call it.")),
            ("none", None),
        ] {
            let mut change = Change {
                subject: Subject::default(),
                id: Id::PermissionsRequireChanged,
                old: Some("none".to_owned()),
                new: Some(new.to_owned()),
                wire: Impact::Breaking,
                rust: Impact::None,
                access: None,
                text: String::new(),
                rust_name: None,
            };
            assert_eq!(remedy(&change).as_deref(), text, "{new}");
            change.wire = Impact::Compatible;
            assert_eq!(remedy(&change), None, "{new} breaks nothing");
        }
    }
}
