-- Written by python -m runyard_sql.schema from runyard_sql/tables.py.

CREATE TABLE runyard_names (
    id SERIAL NOT NULL,
    name VARCHAR(255) COLLATE "C" NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TABLE runyard_experiments (
    id SERIAL NOT NULL,
    name VARCHAR(500) COLLATE "C" NOT NULL,
    artifact_location TEXT COLLATE "C" NOT NULL,
    creation_time BIGINT NOT NULL,
    last_update_time BIGINT NOT NULL,
    deleted_time BIGINT,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TABLE runyard_experiment_tags (
    experiment_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    number DOUBLE PRECISION,
    special SMALLINT,
    PRIMARY KEY (experiment_id, name_id)
);

CREATE TABLE runyard_runs (
    id SERIAL NOT NULL,
    run_id VARCHAR(256) COLLATE "C" NOT NULL,
    experiment_id INTEGER NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    status SMALLINT NOT NULL,
    start_time BIGINT,
    end_time BIGINT,
    artifact_uri TEXT COLLATE "C" NOT NULL,
    deleted_time BIGINT,
    PRIMARY KEY (id),
    UNIQUE (run_id)
);

CREATE INDEX runyard_runs_by_start ON runyard_runs (experiment_id, start_time DESC, run_id, deleted_time);

CREATE TABLE runyard_run_params (
    run_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    number DOUBLE PRECISION,
    special SMALLINT,
    PRIMARY KEY (run_id, name_id)
);

CREATE TABLE runyard_run_tags (
    run_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    number DOUBLE PRECISION,
    special SMALLINT,
    PRIMARY KEY (run_id, name_id)
);

CREATE TABLE runyard_run_metrics (
    run_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    experiment_id INTEGER NOT NULL,
    count INTEGER NOT NULL,
    ordered SMALLINT NOT NULL,
    earliest_value DOUBLE PRECISION NOT NULL,
    earliest_special SMALLINT NOT NULL,
    earliest_timestamp BIGINT NOT NULL,
    earliest_step BIGINT NOT NULL,
    latest_value DOUBLE PRECISION NOT NULL,
    latest_special SMALLINT NOT NULL,
    latest_timestamp BIGINT NOT NULL,
    latest_step BIGINT NOT NULL,
    latest_dataset_id INTEGER NOT NULL,
    minimum DOUBLE PRECISION,
    maximum DOUBLE PRECISION,
    PRIMARY KEY (run_id, name_id)
);

CREATE INDEX runyard_run_metrics_by_value ON runyard_run_metrics (experiment_id, name_id, latest_special, latest_value, minimum, maximum);

CREATE TABLE runyard_metric_points (
    run_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    step BIGINT NOT NULL,
    timestamp BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    special SMALLINT NOT NULL,
    dataset_id INTEGER NOT NULL,
    PRIMARY KEY (run_id, name_id, step, timestamp, value, special, dataset_id)
);

CREATE TABLE runyard_staged_points (
    id SERIAL NOT NULL,
    total INTEGER NOT NULL,
    points BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE runyard_metric_datasets (
    id SERIAL NOT NULL,
    name VARCHAR(500) COLLATE "C" NOT NULL,
    digest VARCHAR(255) COLLATE "C" NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name, digest)
);

CREATE TABLE runyard_datasets (
    id SERIAL NOT NULL,
    experiment_id INTEGER NOT NULL,
    name VARCHAR(500) COLLATE "C" NOT NULL,
    digest VARCHAR(36) COLLATE "C" NOT NULL,
    source_type TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    schema TEXT COLLATE "C",
    profile TEXT COLLATE "C",
    PRIMARY KEY (id),
    UNIQUE (experiment_id, name, digest)
);

CREATE TABLE runyard_run_datasets (
    run_id INTEGER NOT NULL,
    dataset_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (run_id, dataset_id)
);

CREATE TABLE runyard_run_dataset_tags (
    run_id INTEGER NOT NULL,
    dataset_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key VARCHAR(255) COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run_id, dataset_id, position)
);

CREATE TABLE runyard_run_models (
    run_id INTEGER NOT NULL,
    output SMALLINT NOT NULL,
    model_id VARCHAR(256) COLLATE "C" NOT NULL,
    step BIGINT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (run_id, output, model_id)
);

CREATE TABLE runyard_logged_models (
    id SERIAL NOT NULL,
    model_id VARCHAR(256) COLLATE "C" NOT NULL,
    experiment_id INTEGER NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    artifact_location TEXT COLLATE "C" NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    model_type TEXT COLLATE "C",
    source_run_id VARCHAR(256) COLLATE "C",
    status SMALLINT NOT NULL,
    status_message TEXT COLLATE "C",
    deleted_time BIGINT,
    PRIMARY KEY (id),
    UNIQUE (model_id)
);

CREATE INDEX runyard_logged_models_by_creation ON runyard_logged_models (experiment_id, creation_timestamp DESC, model_id);

CREATE TABLE runyard_logged_model_params (
    logged_model_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    number DOUBLE PRECISION,
    special SMALLINT,
    PRIMARY KEY (logged_model_id, name_id)
);

CREATE TABLE runyard_logged_model_tags (
    logged_model_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    number DOUBLE PRECISION,
    special SMALLINT,
    PRIMARY KEY (logged_model_id, name_id)
);

CREATE TABLE runyard_logged_model_metrics (
    logged_model_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    dataset_id INTEGER NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    special SMALLINT NOT NULL,
    timestamp BIGINT NOT NULL,
    step BIGINT NOT NULL,
    PRIMARY KEY (logged_model_id, name_id, run_id, dataset_id)
);

CREATE TABLE runyard_registered_models (
    id SERIAL NOT NULL,
    name VARCHAR(256) COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    last_version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TABLE runyard_registered_model_tags (
    registered_model_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    number DOUBLE PRECISION,
    special SMALLINT,
    PRIMARY KEY (registered_model_id, name_id)
);

CREATE TABLE runyard_registered_model_aliases (
    registered_model_id INTEGER NOT NULL,
    alias VARCHAR(255) COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (registered_model_id, alias)
);

CREATE TABLE runyard_model_versions (
    id SERIAL NOT NULL,
    registered_model_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    stage VARCHAR(20) COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    storage_location TEXT COLLATE "C",
    run_id VARCHAR(256) COLLATE "C",
    run_link TEXT COLLATE "C" NOT NULL,
    status VARCHAR(30) COLLATE "C" NOT NULL,
    status_message TEXT COLLATE "C" NOT NULL,
    model_id VARCHAR(256) COLLATE "C",
    PRIMARY KEY (id),
    UNIQUE (registered_model_id, version)
);

CREATE INDEX runyard_model_versions_by_run ON runyard_model_versions (run_id);

CREATE TABLE runyard_model_version_tags (
    model_version_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    number DOUBLE PRECISION,
    special SMALLINT,
    PRIMARY KEY (model_version_id, name_id)
);

CREATE TABLE runyard_revision (
    version_num VARCHAR(32) NOT NULL,
    PRIMARY KEY (version_num)
);
