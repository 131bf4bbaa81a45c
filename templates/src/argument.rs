//! How a parameter stands in a signature, and what becomes of it in the request. Touches nothing.
//!
//! Arguments take what callers have at hand: `&str` for text, anything that is a number for a
//! number, slices for lists, references for bodies. What no place but a body can hold (objects in
//! a query, which the docs have by mistake) is sent as JSON text.

use crate::plan::ParameterPlan;
use crate::rust_type::{ident, owned};
use proc_macro2::TokenStream;
use quote::quote;
use spec::{Location, Type};

/// The type in the signature.
pub fn signature_type(plan: &ParameterPlan<'_>) -> TokenStream {
    let ty = &plan.parameter.ty;
    if plan.parameter.location == Location::Body {
        return body_type(ty);
    }
    if let Some(values) = &plan.values {
        let values = ident(values);
        return if matches!(ty, Type::Array(_)) {
            quote!(&[impl Into<#values> + Clone])
        } else {
            quote!(impl Into<#values>)
        };
    }
    match ty {
        Type::Array(inner) => match &**inner {
            Type::String => quote!(&[impl AsRef<str>]),
            Type::Number => quote!(&[impl Into<runtime::Number> + Copy]),
            Type::Integer | Type::Boolean | Type::Date | Type::DateTime => {
                let inner = owned(inner);
                quote!(&[#inner])
            }
            _ => quote!(&[impl serde::Serialize]),
        },
        Type::String => quote!(&str),
        Type::Number => quote!(impl Into<runtime::Number>),
        Type::Integer | Type::Boolean | Type::Date | Type::DateTime => owned(ty),
        _ => quote!(&impl serde::Serialize),
    }
}

fn body_type(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(&str),
        Type::Integer | Type::Number | Type::Boolean | Type::Date | Type::DateTime => owned(ty),
        Type::Object | Type::Void => quote!(&impl serde::Serialize),
        Type::Array(inner) => match &**inner {
            Type::String => quote!(&[impl AsRef<str> + serde::Serialize]),
            Type::Object | Type::Void => quote!(&[impl serde::Serialize]),
            inner => {
                let inner = owned(inner);
                quote!(&[#inner])
            }
        },
        Type::Model(_) | Type::Map(_) => {
            let ty = owned(ty);
            quote!(&#ty)
        }
    }
}

/// The method of `Call` that puts the argument in the request.
pub fn put(plan: &ParameterPlan<'_>) -> TokenStream {
    let name = ident(&plan.name);
    let parameter = plan.parameter;
    let wire = parameter.wire_name();
    if parameter.location == Location::Body {
        let by_value = matches!(
            parameter.ty,
            Type::Integer | Type::Number | Type::Boolean | Type::Date | Type::DateTime
        );
        return if by_value {
            quote!(body(&#name))
        } else {
            quote!(body(#name))
        };
    }
    let place = match parameter.location {
        Location::Path => quote!(path),
        Location::Header => quote!(header_field),
        Location::Query | Location::Body => quote!(query),
    };
    match elements(plan) {
        Some(elements) if parameter.location == Location::Query => {
            let explode = parameter.explode;
            quote!(query_list(#wire, #elements, #explode))
        }
        Some(elements) => quote!(#place(#wire, &#elements.collect::<Vec<_>>())),
        None => {
            let value = value(plan);
            quote!(#place(#wire, &#value))
        }
    }
}

fn value(plan: &ParameterPlan<'_>) -> TokenStream {
    let name = ident(&plan.name);
    if let Some(values) = &plan.values {
        let values = ident(values);
        return quote!(runtime::Text(Into::<#values>::into(#name)));
    }
    match plan.parameter.ty {
        Type::Number => quote!(Into::<runtime::Number>::into(#name)),
        Type::String | Type::Integer | Type::Boolean | Type::Date | Type::DateTime => quote!(#name),
        _ => quote!(runtime::Json(#name)),
    }
}

/// The elements of a list, as values that can be written.
fn elements(plan: &ParameterPlan<'_>) -> Option<TokenStream> {
    let Type::Array(inner) = &plan.parameter.ty else {
        return None;
    };
    let name = ident(&plan.name);
    if let Some(values) = &plan.values {
        let values = ident(values);
        return Some(quote!(#name.iter().cloned().map(Into::<#values>::into).map(runtime::Text)));
    }
    Some(match &**inner {
        Type::String => quote!(#name.iter().map(AsRef::as_ref)),
        Type::Number => quote!(#name.iter().copied().map(Into::<runtime::Number>::into)),
        Type::Integer | Type::Boolean | Type::Date | Type::DateTime => quote!(#name.iter()),
        _ => quote!(#name.iter().map(runtime::Json)),
    })
}
