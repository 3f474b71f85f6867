//! Who makes a request, and what the caller may do.

use std::fmt;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::answer::Refusal;

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Hashes files.
    Hasher,
    /// Looks hashes and files up.
    Matcher,
    /// Changes banks and decides about findings.
    Curator,
    /// Reads the distances of matches, which teach how far a picture must be altered to pass.
    Distances,
    /// Does all of this, and reads the metrics.
    Admin,
}

impl Role {
    pub(crate) const ALL: [Role; 5] = [
        Role::Hasher,
        Role::Matcher,
        Role::Curator,
        Role::Distances,
        Role::Admin,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::Hasher => "hasher",
            Role::Matcher => "matcher",
            Role::Curator => "curator",
            Role::Distances => "distances",
            Role::Admin => "admin",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(name: &str) -> Result<Role, ()> {
        let named = |role: &Role| role.name() == name;
        Role::ALL.into_iter().find(named).ok_or(())
    }
}

/// Any number of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roles(u8);

impl Roles {
    /// Whether one of the roles is this one, or includes it.
    pub(crate) fn include(self, role: Role) -> bool {
        self.0 & (role.bit() | Role::Admin.bit()) != 0
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Roles {
        Roles(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }
}

/// Who makes a request. A handler takes it as an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    /// The name of the key, as decisions and logs have it.
    pub(super) name: String,
    roles: Roles,
}

impl Caller {
    pub(super) fn new(name: impl Into<String>, roles: Roles) -> Caller {
        Caller {
            name: name.into(),
            roles,
        }
    }

    /// Who calls where no keys are asked for: this machine alone can.
    pub(super) fn local() -> Caller {
        Caller::new("local", [Role::Admin].into_iter().collect())
    }

    pub(super) fn may(&self, role: Role) -> bool {
        self.roles.include(role)
    }

    /// Whether distances and listed hashes are told to the caller. To anyone else they are an oracle.
    pub(super) fn sees_distances(&self) -> bool {
        self.may(Role::Distances) || self.may(Role::Curator)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Refusal> {
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.ok_or_else(Refusal::unknown_caller)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_itself_alone_and_admin_is_all() {
        for role in Role::ALL {
            let caller = Caller::new("a", [role].into_iter().collect());
            for other in Role::ALL {
                let may = role == other || role == Role::Admin;
                assert_eq!(caller.may(other), may, "{role} {other}");
            }
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!(!Caller::new("a", Roles::default()).may(Role::Hasher));
    }
}
