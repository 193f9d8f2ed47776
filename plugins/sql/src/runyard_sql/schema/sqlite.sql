-- Written by python -m runyard_sql.schema from runyard_sql/tables.py.

CREATE TABLE runyard_names (
    id INTEGER NOT NULL,
    name VARCHAR(255) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TABLE runyard_experiments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(500) NOT NULL,
    artifact_location TEXT NOT NULL,
    creation_time BIGINT NOT NULL,
    last_update_time BIGINT NOT NULL,
    deleted_time BIGINT,
    UNIQUE (name)
);

CREATE TABLE runyard_experiment_tags (
    experiment_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    number DOUBLE,
    special SMALLINT,
    PRIMARY KEY (experiment_id, name_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_runs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    run_id VARCHAR(256) NOT NULL,
    experiment_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    status SMALLINT NOT NULL,
    start_time BIGINT,
    end_time BIGINT,
    artifact_uri TEXT NOT NULL,
    deleted_time BIGINT,
    UNIQUE (run_id)
);

CREATE INDEX runyard_runs_by_start ON runyard_runs (experiment_id, start_time DESC, run_id, deleted_time);

CREATE TABLE runyard_run_params (
    run_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    number DOUBLE,
    special SMALLINT,
    PRIMARY KEY (run_id, name_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_run_tags (
    run_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    number DOUBLE,
    special SMALLINT,
    PRIMARY KEY (run_id, name_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_run_metrics (
    run_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    experiment_id INTEGER NOT NULL,
    count INTEGER NOT NULL,
    ordered SMALLINT NOT NULL,
    earliest_value DOUBLE NOT NULL,
    earliest_special SMALLINT NOT NULL,
    earliest_timestamp BIGINT NOT NULL,
    earliest_step BIGINT NOT NULL,
    latest_value DOUBLE NOT NULL,
    latest_special SMALLINT NOT NULL,
    latest_timestamp BIGINT NOT NULL,
    latest_step BIGINT NOT NULL,
    latest_dataset_id INTEGER NOT NULL,
    minimum DOUBLE,
    maximum DOUBLE,
    PRIMARY KEY (run_id, name_id)
)
 WITHOUT ROWID;

CREATE INDEX runyard_run_metrics_by_value ON runyard_run_metrics (experiment_id, name_id, latest_special, latest_value, minimum, maximum);

CREATE TABLE runyard_metric_points (
    run_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    step BIGINT NOT NULL,
    timestamp BIGINT NOT NULL,
    value DOUBLE NOT NULL,
    special SMALLINT NOT NULL,
    dataset_id INTEGER NOT NULL,
    PRIMARY KEY (run_id, name_id, step, timestamp, value, special, dataset_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_staged_points (
    id INTEGER NOT NULL,
    total INTEGER NOT NULL,
    points BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE runyard_metric_datasets (
    id INTEGER NOT NULL,
    name VARCHAR(500) NOT NULL,
    digest VARCHAR(255) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name, digest)
);

CREATE TABLE runyard_datasets (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    experiment_id INTEGER NOT NULL,
    name VARCHAR(500) NOT NULL,
    digest VARCHAR(36) NOT NULL,
    source_type TEXT NOT NULL,
    source TEXT NOT NULL,
    schema TEXT,
    profile TEXT,
    UNIQUE (experiment_id, name, digest)
);

CREATE TABLE runyard_run_datasets (
    run_id INTEGER NOT NULL,
    dataset_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (run_id, dataset_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_run_dataset_tags (
    run_id INTEGER NOT NULL,
    dataset_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run_id, dataset_id, position)
)
 WITHOUT ROWID;

CREATE TABLE runyard_run_models (
    run_id INTEGER NOT NULL,
    output SMALLINT NOT NULL,
    model_id VARCHAR(256) NOT NULL,
    step BIGINT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (run_id, output, model_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_logged_models (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    model_id VARCHAR(256) NOT NULL,
    experiment_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    artifact_location TEXT NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    model_type TEXT,
    source_run_id VARCHAR(256),
    status SMALLINT NOT NULL,
    status_message TEXT,
    deleted_time BIGINT,
    UNIQUE (model_id)
);

CREATE INDEX runyard_logged_models_by_creation ON runyard_logged_models (experiment_id, creation_timestamp DESC, model_id);

CREATE TABLE runyard_logged_model_params (
    logged_model_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    number DOUBLE,
    special SMALLINT,
    PRIMARY KEY (logged_model_id, name_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_logged_model_tags (
    logged_model_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    number DOUBLE,
    special SMALLINT,
    PRIMARY KEY (logged_model_id, name_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_logged_model_metrics (
    logged_model_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    dataset_id INTEGER NOT NULL,
    value DOUBLE NOT NULL,
    special SMALLINT NOT NULL,
    timestamp BIGINT NOT NULL,
    step BIGINT NOT NULL,
    PRIMARY KEY (logged_model_id, name_id, run_id, dataset_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_registered_models (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(256) NOT NULL,
    description TEXT NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    last_version INTEGER NOT NULL,
    UNIQUE (name)
);

CREATE TABLE runyard_registered_model_tags (
    registered_model_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    number DOUBLE,
    special SMALLINT,
    PRIMARY KEY (registered_model_id, name_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_registered_model_aliases (
    registered_model_id INTEGER NOT NULL,
    alias VARCHAR(255) NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (registered_model_id, alias)
)
 WITHOUT ROWID;

CREATE TABLE runyard_model_versions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    registered_model_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    description TEXT NOT NULL,
    user_id TEXT NOT NULL,
    stage VARCHAR(20) NOT NULL,
    source TEXT NOT NULL,
    storage_location TEXT,
    run_id VARCHAR(256),
    run_link TEXT NOT NULL,
    status VARCHAR(30) NOT NULL,
    status_message TEXT NOT NULL,
    model_id VARCHAR(256),
    UNIQUE (registered_model_id, version)
);

CREATE INDEX runyard_model_versions_by_run ON runyard_model_versions (run_id);

CREATE TABLE runyard_model_version_tags (
    model_version_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    number DOUBLE,
    special SMALLINT,
    PRIMARY KEY (model_version_id, name_id)
)
 WITHOUT ROWID;

CREATE TABLE runyard_revision (
    version_num VARCHAR(32) NOT NULL,
    PRIMARY KEY (version_num)
);
