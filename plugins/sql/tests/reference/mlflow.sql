BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('dc11669786a5');
CREATE TABLE "assessments" (
	assessment_id VARCHAR(50) NOT NULL, 
	trace_id VARCHAR(50) NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	assessment_type VARCHAR(20) NOT NULL, 
	value TEXT NOT NULL, 
	error TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	source_type VARCHAR(50) NOT NULL, 
	source_id VARCHAR(250), 
	run_id VARCHAR(32), 
	span_id VARCHAR(50), 
	rationale TEXT, 
	overrides VARCHAR(50), 
	valid BOOLEAN NOT NULL, 
	assessment_metadata TEXT, 
	experiment_id INTEGER, 
	trace_timestamp_ms BIGINT, 
	aggregate_value FLOAT, 
	is_numeric_value BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT assessments_pk PRIMARY KEY (assessment_id), 
	CONSTRAINT fk_assessments_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "assessments" VALUES('a-217901beaaa0452abb85a6a5bc828b2e','tr-dd174fe7f2f5c277b8d04b5f3b8642f4','good','feedback','true',NULL,1795269661111,1795269661111,'CODE','default',NULL,NULL,NULL,NULL,1,NULL,1,1795269660037,1.0,0);
CREATE TABLE "datasets" (
	dataset_uuid VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	digest VARCHAR(36) NOT NULL, 
	dataset_source_type VARCHAR(36) NOT NULL, 
	dataset_source TEXT NOT NULL, 
	dataset_schema TEXT, 
	dataset_profile TEXT, 
	CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
	CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('6ecb8e5c9a024e72b7cc7c091ca1a173',1,'lake','d1','local','{"uri": "lake.csv"}','{"columns": []}','{"rows": 3}');
INSERT INTO "datasets" VALUES('38ee8143c8e94d5397c77630afc43e96',1,'sea','d2','local','{"uri": "sea.csv"}',NULL,NULL);
CREATE TABLE "experiment_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	experiment_id INTEGER NOT NULL, 
	CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "experiment_tags" VALUES('team','ice ❄',1);
INSERT INTO "experiment_tags" VALUES('size','12',1);
CREATE TABLE "experiments" (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), 
	creation_time BIGINT, 
	last_update_time BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)
);
INSERT INTO "experiments" VALUES(0,'Default','file:///ice/0','active',1795269659727,1795269659727,'default');
INSERT INTO "experiments" VALUES(1,'glacier','file:///ice/artifacts','active',1795269659730,1795269659730,'default');
INSERT INTO "experiments" VALUES(2,'puddle','file:///ice/puddle','deleted',1795269659735,1795269659752,'default');
CREATE TABLE input_tags (
	input_uuid VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	value VARCHAR(500) NOT NULL, 
	CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
INSERT INTO "input_tags" VALUES('c693165f772c4268a2c88a1b2397de1d','mlflow.data.context','train');
INSERT INTO "input_tags" VALUES('c693165f772c4268a2c88a1b2397de1d','fold','1');
CREATE TABLE inputs (
	input_uuid VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "inputs" VALUES('c693165f772c4268a2c88a1b2397de1d','DATASET','6ecb8e5c9a024e72b7cc7c091ca1a173','RUN','4af1ddacba8a4699871585cf691ee2b2',0);
INSERT INTO "inputs" VALUES('91514dffe724404783efecb49d074230','DATASET','38ee8143c8e94d5397c77630afc43e96','RUN','1b25d0569095410cb11a8318ade3db1d',0);
INSERT INTO "inputs" VALUES('2f72266f8fd24a8984fd6605f1fad422','DATASET','6ecb8e5c9a024e72b7cc7c091ca1a173','RUN','1b25d0569095410cb11a8318ade3db1d',0);
INSERT INTO "inputs" VALUES('b333034c9e06475fa71ff886be9c0415','RUN_OUTPUT','4af1ddacba8a4699871585cf691ee2b2','MODEL_OUTPUT','m-da85bc365a6c42c49f97e2016b1f6514',4);
INSERT INTO "inputs" VALUES('aa334622b14f45be9775c58b32c822e9','RUN_INPUT','1b25d0569095410cb11a8318ade3db1d','MODEL_INPUT','m-da85bc365a6c42c49f97e2016b1f6514',0);
CREATE TABLE "latest_metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT, 
	step BIGINT NOT NULL, 
	is_nan BOOLEAN NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "latest_metrics" VALUES('loss',0.2,1700000000004,4,0,'4af1ddacba8a4699871585cf691ee2b2');
INSERT INTO "latest_metrics" VALUES('odd',0.0,1700000000000,4,0,'4af1ddacba8a4699871585cf691ee2b2');
INSERT INTO "latest_metrics" VALUES('back',1.0,1700000000009,9,0,'4af1ddacba8a4699871585cf691ee2b2');
INSERT INTO "latest_metrics" VALUES('melt',0.5,1700000000001,1,0,'4af1ddacba8a4699871585cf691ee2b2');
INSERT INTO "latest_metrics" VALUES('zero',0.0,1700000000000,0,0,'4af1ddacba8a4699871585cf691ee2b2');
CREATE TABLE logged_model_metrics (
	model_id VARCHAR(36) NOT NULL, 
	metric_name VARCHAR(500) NOT NULL, 
	metric_timestamp_ms BIGINT NOT NULL, 
	metric_step BIGINT NOT NULL, 
	metric_value FLOAT, 
	experiment_id INTEGER NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	dataset_uuid VARCHAR(36), 
	dataset_name VARCHAR(500), 
	dataset_digest VARCHAR(36), 
	CONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id), 
	CONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE, 
	CONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY(run_id) REFERENCES runs (run_uuid) ON DELETE CASCADE
);
INSERT INTO "logged_model_metrics" VALUES('m-da85bc365a6c42c49f97e2016b1f6514','melt',1700000000000,0,0.25,1,'4af1ddacba8a4699871585cf691ee2b2',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-da85bc365a6c42c49f97e2016b1f6514','melt',1700000000001,1,0.5,1,'4af1ddacba8a4699871585cf691ee2b2',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-da85bc365a6c42c49f97e2016b1f6514','melt',1700000000002,0,0.0,1,'4af1ddacba8a4699871585cf691ee2b2',NULL,'lake','d1');
INSERT INTO "logged_model_metrics" VALUES('m-da85bc365a6c42c49f97e2016b1f6514','zero',1700000000000,0,0.0,1,'4af1ddacba8a4699871585cf691ee2b2',NULL,NULL,NULL);
CREATE TABLE logged_model_params (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	param_key VARCHAR(255) NOT NULL, 
	param_value TEXT NOT NULL, 
	CONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key), 
	CONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_params_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
INSERT INTO "logged_model_params" VALUES('m-da85bc365a6c42c49f97e2016b1f6514',1,'edge','3');
CREATE TABLE logged_model_tags (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	tag_key VARCHAR(255) NOT NULL, 
	tag_value TEXT NOT NULL, 
	CONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key), 
	CONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
INSERT INTO "logged_model_tags" VALUES('m-da85bc365a6c42c49f97e2016b1f6514',1,'kind','water');
CREATE TABLE logged_models (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	artifact_location VARCHAR(1000) NOT NULL, 
	creation_timestamp_ms BIGINT NOT NULL, 
	last_updated_timestamp_ms BIGINT NOT NULL, 
	status INTEGER NOT NULL, 
	lifecycle_stage VARCHAR(32), 
	model_type VARCHAR(500), 
	source_run_id VARCHAR(32), 
	status_message VARCHAR(1000), 
	CONSTRAINT logged_models_pk PRIMARY KEY (model_id), 
	CONSTRAINT logged_models_lifecycle_stage_check CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "logged_models" VALUES('m-da85bc365a6c42c49f97e2016b1f6514',1,'cube','file:///ice/artifacts/models/m-da85bc365a6c42c49f97e2016b1f6514/artifacts',1795269659843,1795269659860,2,'active','ice','4af1ddacba8a4699871585cf691ee2b2',NULL);
INSERT INTO "logged_models" VALUES('m-d26c475c48d54d0f879a8bf05fd2a7a3',1,'slush','file:///ice/artifacts/models/m-d26c475c48d54d0f879a8bf05fd2a7a3/artifacts',1795269659868,1795269659872,3,'active',NULL,NULL,NULL);
INSERT INTO "logged_models" VALUES('m-1aae4abcff154fa88a3433ecb88940c4',1,'steam','file:///ice/artifacts/models/m-1aae4abcff154fa88a3433ecb88940c4/artifacts',1795269659876,1795269659879,1,'deleted',NULL,NULL,NULL);
CREATE TABLE "metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	step BIGINT DEFAULT '0' NOT NULL, 
	is_nan BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "metrics" VALUES('loss',1.0,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',0,0);
INSERT INTO "metrics" VALUES('loss',0.5,1700000000001,'4af1ddacba8a4699871585cf691ee2b2',1,0);
INSERT INTO "metrics" VALUES('loss',3.33333333333333314829e-01,1700000000002,'4af1ddacba8a4699871585cf691ee2b2',2,0);
INSERT INTO "metrics" VALUES('loss',0.25,1700000000003,'4af1ddacba8a4699871585cf691ee2b2',3,0);
INSERT INTO "metrics" VALUES('loss',0.2,1700000000004,'4af1ddacba8a4699871585cf691ee2b2',4,0);
INSERT INTO "metrics" VALUES('odd',0.0,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',0,1);
INSERT INTO "metrics" VALUES('odd',1.79769313486231562234e+308,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',1,0);
INSERT INTO "metrics" VALUES('odd',-1.79769313486231562234e+308,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',2,0);
INSERT INTO "metrics" VALUES('odd',0.5,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',3,0);
INSERT INTO "metrics" VALUES('odd',0.0,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',4,0);
INSERT INTO "metrics" VALUES('odd',0.0,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',4,1);
INSERT INTO "metrics" VALUES('back',1.0,1700000000009,'4af1ddacba8a4699871585cf691ee2b2',9,0);
INSERT INTO "metrics" VALUES('back',2.0,1700000000001,'4af1ddacba8a4699871585cf691ee2b2',3,0);
INSERT INTO "metrics" VALUES('back',3.0,1700000000008,'4af1ddacba8a4699871585cf691ee2b2',9,0);
INSERT INTO "metrics" VALUES('melt',0.25,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',0,0);
INSERT INTO "metrics" VALUES('melt',0.5,1700000000001,'4af1ddacba8a4699871585cf691ee2b2',1,0);
INSERT INTO "metrics" VALUES('melt',0.0,1700000000002,'4af1ddacba8a4699871585cf691ee2b2',0,1);
INSERT INTO "metrics" VALUES('zero',0.0,1700000000000,'4af1ddacba8a4699871585cf691ee2b2',0,0);
CREATE TABLE "model_version_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, "key", name, version), 
	CONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY(workspace, name, version) REFERENCES model_versions (workspace, name, version) ON UPDATE CASCADE
);
INSERT INTO "model_version_tags" VALUES('checked','yes','fridge',1,'default');
INSERT INTO "model_version_tags" VALUES('checked','yes','fridge',2,'default');
INSERT INTO "model_version_tags" VALUES('checked','yes','fridge',3,'default');
INSERT INTO "model_version_tags" VALUES('tone','warm','greeting',1,'default');
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.is_prompt','true','greeting',1,'default');
INSERT INTO "model_version_tags" VALUES('_mlflow_prompt_type','text','greeting',1,'default');
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.text','Hello, {{name}}!','greeting',1,'default');
CREATE TABLE "model_versions" (
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	user_id VARCHAR(256), 
	current_stage VARCHAR(20), 
	source VARCHAR(500), 
	run_id VARCHAR(32), 
	status VARCHAR(20), 
	status_message VARCHAR(500), 
	run_link VARCHAR(500), 
	storage_location VARCHAR(500), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version), 
	CONSTRAINT fk_model_versions_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
INSERT INTO "model_versions" VALUES('fridge',1,1795269659904,1795269659946,'cold',NULL,'Production','file:///ice/4af1ddacba8a4699871585cf691ee2b2','4af1ddacba8a4699871585cf691ee2b2','READY',NULL,NULL,'file:///ice/4af1ddacba8a4699871585cf691ee2b2','default');
INSERT INTO "model_versions" VALUES('fridge',2,1795269659911,1795269659911,'cold',NULL,'None','file:///ice/1b25d0569095410cb11a8318ade3db1d','1b25d0569095410cb11a8318ade3db1d','READY',NULL,NULL,'file:///ice/1b25d0569095410cb11a8318ade3db1d','default');
INSERT INTO "model_versions" VALUES('fridge',3,1795269659915,1795269659915,'cold',NULL,'None','file:///ice/40f08cc0d1a9417e8c55270371667ca7','40f08cc0d1a9417e8c55270371667ca7','READY',NULL,NULL,'file:///ice/40f08cc0d1a9417e8c55270371667ca7','default');
INSERT INTO "model_versions" VALUES('fridge',4,1795269659922,1795269659922,NULL,NULL,'None','models:/m-da85bc365a6c42c49f97e2016b1f6514','4af1ddacba8a4699871585cf691ee2b2','READY',NULL,NULL,'file:///ice/artifacts/models/m-da85bc365a6c42c49f97e2016b1f6514/artifacts','default');
INSERT INTO "model_versions" VALUES('fridge',5,1795269659925,1795269659937,NULL,NULL,'Deleted_Internal','REDACTED-SOURCE-PATH','REDACTED-RUN-ID','READY',NULL,'REDACTED-RUN-LINK','file:///ice/last','default');
INSERT INTO "model_versions" VALUES('greeting',1,1795269659978,1795269659978,'first',NULL,'None','dummy-source',NULL,'READY',NULL,NULL,'dummy-source','default');
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "params" VALUES('depth','3','4af1ddacba8a4699871585cf691ee2b2');
INSERT INTO "params" VALUES('rate','NaN','4af1ddacba8a4699871585cf691ee2b2');
INSERT INTO "params" VALUES('text','Grönland
and 更大','4af1ddacba8a4699871585cf691ee2b2');
CREATE TABLE "registered_model_aliases" (
	alias VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias), 
	CONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "registered_model_aliases" VALUES('champion',2,'fridge','default');
INSERT INTO "registered_model_aliases" VALUES('coldest',4,'fridge','default');
CREATE TABLE "registered_model_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, "key", name), 
	CONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
INSERT INTO "registered_model_tags" VALUES('team','ice','fridge','default');
INSERT INTO "registered_model_tags" VALUES('mlflow.prompt.is_prompt','true','greeting','default');
INSERT INTO "registered_model_tags" VALUES('tone','warm','greeting','default');
INSERT INTO "registered_model_tags" VALUES('_mlflow_experiment_ids',',0,','greeting','default');
CREATE TABLE "registered_models" (
	name VARCHAR(256) NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)
);
INSERT INTO "registered_models" VALUES('fridge',1795269659897,1795269659946,'Keeps cool.','default');
INSERT INTO "registered_models" VALUES('empty',1795269659969,1795269659969,NULL,'default');
INSERT INTO "registered_models" VALUES('greeting',1795269659974,1795269659978,'first','default');
CREATE TABLE "runs" (
	run_uuid VARCHAR(32) NOT NULL, 
	name VARCHAR(250), 
	source_type VARCHAR(20), 
	source_name VARCHAR(500), 
	entry_point_name VARCHAR(50), 
	user_id VARCHAR(256), 
	status VARCHAR(9), 
	start_time BIGINT, 
	end_time BIGINT, 
	source_version VARCHAR(50), 
	lifecycle_stage VARCHAR(20), 
	artifact_uri VARCHAR(200), 
	experiment_id INTEGER, deleted_time BIGINT, 
	CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('97df44dbf9a14bc19da7a475f7f0f8f7','dried up','UNKNOWN','','','unknown','RUNNING',1700000000000,NULL,'','deleted','file:///ice/puddle/97df44dbf9a14bc19da7a475f7f0f8f7/artifacts',2,1795269659754);
INSERT INTO "runs" VALUES('1b7f0c06cf6947468eb7a571fd147c47','by default','UNKNOWN','','','unknown','RUNNING',1700000000000,NULL,'','active','file:///ice/0/a',0,NULL);
INSERT INTO "runs" VALUES('4af1ddacba8a4699871585cf691ee2b2','run 0','UNKNOWN','','','unknown','FINISHED',1700000000000,1700000001000,'','active','file:///ice/artifacts/4af1ddacba8a4699871585cf691ee2b2/artifacts',1,NULL);
INSERT INTO "runs" VALUES('1b25d0569095410cb11a8318ade3db1d','run 1','UNKNOWN','','','unknown','FAILED',1700000000001,1700000001000,'','active','file:///ice/artifacts/1b25d0569095410cb11a8318ade3db1d/artifacts',1,NULL);
INSERT INTO "runs" VALUES('40f08cc0d1a9417e8c55270371667ca7','run 2','UNKNOWN','','','unknown','KILLED',1700000000002,1700000001000,'','active','file:///ice/artifacts/40f08cc0d1a9417e8c55270371667ca7/artifacts',1,NULL);
INSERT INTO "runs" VALUES('695b366dcbeb4af6b5534ee0e4953762','run 3','UNKNOWN','','','unknown','SCHEDULED',1700000000003,NULL,'','active','file:///ice/artifacts/695b366dcbeb4af6b5534ee0e4953762/artifacts',1,NULL);
INSERT INTO "runs" VALUES('c516ac93f7944212b4615f6aef9988ac','run 4','UNKNOWN','','','unknown','RUNNING',1700000000004,NULL,'','active','file:///ice/artifacts/c516ac93f7944212b4615f6aef9988ac/artifacts',1,NULL);
INSERT INTO "runs" VALUES('6172a81a586a461988ffce8ace61e602','run 5','UNKNOWN','','','unknown','RUNNING',1700000000005,NULL,'','deleted','file:///ice/artifacts/6172a81a586a461988ffce8ace61e602/artifacts',1,1795269659823);
CREATE TABLE "spans" (
	trace_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	parent_span_id VARCHAR(50), 
	name TEXT, 
	type VARCHAR(500), 
	status VARCHAR(50) NOT NULL, 
	start_time_unix_nano BIGINT NOT NULL, 
	end_time_unix_nano BIGINT, 
	duration_ns BIGINT GENERATED ALWAYS AS (end_time_unix_nano - start_time_unix_nano) STORED, 
	content TEXT NOT NULL, 
	input_cost FLOAT, 
	output_cost FLOAT, 
	total_cost FLOAT, 
	model_name VARCHAR(500), 
	model_provider VARCHAR(500), 
	CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id), 
	CONSTRAINT fk_spans_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_spans_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "spans" VALUES('tr-dd174fe7f2f5c277b8d04b5f3b8642f4',1,'95982cb47fa53fb1',NULL,'question','UNKNOWN','OK',1795269660037505683,1795269660066677311,'{"trace_id": "3RdP5/L1wne40EtfO4ZC9A==", "span_id": "lZgstH+lP7E=", "parent_span_id": null, "name": "question", "start_time_unix_nano": 1795269660037505683, "end_time_unix_nano": 1795269660066677311, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.traceRequestId": "\"tr-dd174fe7f2f5c277b8d04b5f3b8642f4\"", "mlflow.spanType": "\"UNKNOWN\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('mlflow.runName','dried up','97df44dbf9a14bc19da7a475f7f0f8f7');
INSERT INTO "tags" VALUES('mlflow.runName','by default','1b7f0c06cf6947468eb7a571fd147c47');
INSERT INTO "tags" VALUES('mlflow.runName','run 0','4af1ddacba8a4699871585cf691ee2b2');
INSERT INTO "tags" VALUES('mlflow.runName','run 1','1b25d0569095410cb11a8318ade3db1d');
INSERT INTO "tags" VALUES('mlflow.runName','run 2','40f08cc0d1a9417e8c55270371667ca7');
INSERT INTO "tags" VALUES('mlflow.runName','run 3','695b366dcbeb4af6b5534ee0e4953762');
INSERT INTO "tags" VALUES('mlflow.runName','run 4','c516ac93f7944212b4615f6aef9988ac');
INSERT INTO "tags" VALUES('mlflow.runName','run 5','6172a81a586a461988ffce8ace61e602');
INSERT INTO "tags" VALUES('stage','early','4af1ddacba8a4699871585cf691ee2b2');
INSERT INTO "tags" VALUES('empty','','4af1ddacba8a4699871585cf691ee2b2');
CREATE TABLE "trace_info" (
	request_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	timestamp_ms BIGINT NOT NULL, 
	execution_time_ms BIGINT, 
	status VARCHAR(50) NOT NULL, 
	client_request_id VARCHAR(50), 
	request_preview VARCHAR(1000), 
	response_preview VARCHAR(1000), 
	db_payload_generation INTEGER DEFAULT '0' NOT NULL, trace_name VARCHAR(4096), session_id VARCHAR(250), input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cache_read_input_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_creation_input_tokens_above_1hr BIGINT, input_cost FLOAT, output_cost FLOAT, total_cost FLOAT, 
	CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
	CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "trace_info" VALUES('tr-dd174fe7f2f5c277b8d04b5f3b8642f4',1,1795269660037,29,'OK',NULL,NULL,NULL,2,'question',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE workspaces (
	name VARCHAR(63) NOT NULL, 
	description TEXT, 
	default_artifact_root TEXT, trace_archival_location TEXT, trace_archival_retention VARCHAR(32), 
	CONSTRAINT workspaces_pk PRIMARY KEY (name)
);
INSERT INTO "workspaces" VALUES('default','Default workspace for legacy resources',NULL,NULL,NULL);
COMMIT;
