import type {Folder} from './folder.ts';

/** airflow.cfg of a 3.3 that somebody has looked after for a while: 60 options, some of them not what they seem. */
export const airflowCfg = ({airflowHome, dags, logs}: Folder, apiPort: number): string => `\
[core]
# The folder where your airflow pipelines live, most likely a
# subfolder in a code repository. This path must be absolute.
dags_folder = ${dags}

# Hostname by providing a path to a callable, which will resolve the hostname.
hostname_callable = airflow.utils.net.getfqdn

# The executor class that airflow should use.
executor = LocalExecutor
auth_manager = airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager

# This defines the maximum number of task instances that can run concurrently per scheduler.
parallelism = 4
max_active_tasks_per_dag = 16
max_active_runs_per_dag = 16
dags_are_paused_at_creation = True
default_timezone = utc
LOAD_EXAMPLES = False
# load_examples = False
plugins_folder = ${airflowHome}/plugins
execute_tasks_new_python_interpreter = False

# Secret key to save connection passwords in the db
fernet_key = 3kXf0nJvQm1tS8bPqYw5uZr7cVd2eGh4iLl6oNs9aTk=
donot_pickle = True
dagbag_import_timeout = 30.0
default_task_retries = 0
min_serialized_dag_update_interval = 30
max_num_rendered_ti_fields_per_task = 30
xcom_backend = airflow.sdk.execution_time.xcom.BaseXCom
lazy_load_plugins = True
hide_sensitive_var_conn_fields = True
test_connection = Disabled

[database]
# The SQLAlchemy connection string to the metadata database.
sql_alchemy_conn = sqlite:///${airflowHome}/airflow.db
sql_alchemy_pool_enabled = True
# 2026-03-02 ops: raised after the incident
sql_alchemy_pool_size = 10
sql_alchemy_max_overflow = 20
sql_alchemy_pool_recycle = 1800
load_default_connections = False
max_db_retries = 3

[logging]
base_log_folder = ${logs}
remote_logging = False
logging_level = INFO
fab_logging_level = WARNING
log_filename_template = dag_id={{ ti.dag_id }}/run_id={{ ti.run_id }}/task_id={{ ti.task_id }}/{%% if ti.map_index >= 0 %%}map_index={{ ti.map_index }}/{%% endif %%}attempt={{ try_number|default(ti.try_number) }}.log
dag_processor_child_process_log_directory = ${logs}/dag_processor
worker_log_server_port = 8793
trigger_log_server_port = 8794
delete_local_logs = False

[metrics]
statsd_on = False
statsd_host = localhost
statsd_port = 8125

[secrets]
backend =

[api]
expose_config = False
base_url = http://127.0.0.1:${apiPort}
host = 127.0.0.1
port = ${apiPort}
# Overridden by the EnvironmentFile of the units
workers = 4
access_logfile = -
secret_key = qJ2hV9rX5sLw
maximum_page_limit = 100
fallback_page_limit = 50

[api_auth]
jwt_secret = Zp4Wm7yTn1Kc8Rb3
jwt_expiration_time = 86400

[email]
email_backend = airflow.utils.email.send_email_smtp
default_email_on_retry = True
default_email_on_failure = True

[smtp]
smtp_host = mail.example.com
smtp_port = 587
smtp_starttls = True
smtp_user = airflow
smtp_password = hunter%%2

[scheduler]
job_heartbeat_sec = 5
scheduler_heartbeat_sec = 5
scheduler_health_check_threshold = 30
orphaned_tasks_check_interval = 300.0
max_tis_per_query = 16
catchup_by_default = False
enable_health_check = False

[dag_processor]
refresh_interval = 300
min_file_process_interval = 30
parsing_processes = 2
dag_file_processor_timeout = 50

[triggerer]
capacity = 1000
`;

/** The file that all units read: it beats airflow.cfg. */
export const environmentFile = ({airflowHome, airflowProgram}: Folder): string => `\
# Environment of the airflow-* services.
AIRFLOW_HOME=${airflowHome}
PATH=${airflowProgram.replace(/\/airflow$/, '')}:/usr/local/bin:/usr/bin:/bin
AIRFLOW__API__WORKERS=1
AIRFLOW__SCHEDULER__MAX_TIS_PER_QUERY=32
`;

export const unitFile = (component: string, folder: Folder): string => `\
[Unit]
Description=Airflow ${component} daemon
After=network.target

[Service]
EnvironmentFile=${folder.environmentFile}
User=airflow
Group=airflow
Type=simple
WorkingDirectory=${folder.airflowHome}
ExecStartPre=${folder.airflowProgram} db check
ExecStart=${folder.airflowProgram} ${component}
TimeoutStopSec=90s
Restart=no

[Install]
WantedBy=multi-user.target
`;
