//! The user pool's rows.

mod attempts;
mod clients;
mod ended;
mod grants;
mod pools;
mod sessions;
mod users;

pub(super) use attempts::{attempts, forget_attempts, locked_attempts, save_attempts};
pub(super) use clients::{
    client, clients_after, count_clients, delete_client, insert_client, save_client,
};
pub(super) use ended::{forget_client, forget_pool, sweep};
pub(super) use grants::{
    Code, Grant, code, grant, insert_code, insert_grant, insert_refresh_token, mark_code_used,
    refresh_token, replace_refresh_token, revoke_grant,
};
pub use pools::forget_keys_of_no_pool;
pub(super) use pools::{
    Domain, KeyRow, count_pools, delete_domain, delete_pool, domain, domain_of_pool, insert_domain,
    insert_key, insert_pool, keys, pool, pool_in, pools_after,
};
pub(super) use sessions::{
    challenge_user, delete_sessions_of, insert_challenge, insert_message, insert_session,
    session_user,
};
pub(super) use users::{
    Taken, count_users, declare_password, declared_names, delete_user, locked_user, save_user,
    user_by_name, user_by_sub, users_after,
};
