from kit.databases import (  # noqa: F401  fixtures
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_store,
    sqlite_template,
    sqlite_url,
    store,
    store_url,
)
