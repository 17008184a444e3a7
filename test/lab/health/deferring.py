"""One task (an Airflow DAG) that defers itself for a minute: the triggerer wakes it."""

from datetime import timedelta

from lab_compat import PythonOperator, lab_dag

try:  # Airflow 3
    from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
except ImportError:  # Airflow 2
    from airflow.triggers.temporal import TimeDeltaTrigger


class Deferring(PythonOperator):
    def execute(self, context):
        self.defer(trigger=TimeDeltaTrigger(timedelta(minutes=1)), method_name="execute_complete")

    def execute_complete(self, context, event=None):
        print(f"woken by {event}")


with lab_dag("deferring", description="Its task waits for the triggerer") as dag:
    Deferring(task_id="wait", python_callable=lambda: None)
