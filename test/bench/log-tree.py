"""Writes a tree of task logs in the layout of Airflow 2.3 to 3.x: log-tree.py ROOT FILES

A folder for nearly every file, as Airflow makes them; sizes from half a kilobyte to four; ages of six hours a run.
"""

import os
import random
import sys
import time

root, files = sys.argv[1], int(sys.argv[2])
chance = random.Random(7)
text = b"[2026-01-01T00:00:00.000+0000] {taskinstance.py:1332} INFO - Dependencies all met\n" * 60
now = time.time()
dags = max(5, min(200, files // 2000))
written = 0
for dag in range(dags):
    run = 0
    end = files * (dag + 1) // dags
    while written < end:
        run += 1
        when = now - run * 21600
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when))
        for task in range(20):
            where = f"{root}/dag_id=team{dag % 7}_etl_{dag:03d}/run_id=scheduled__{stamp}+00:00/task_id=stage_{task // 5}.task_{task:02d}"
            for attempt in range(1, 2 if chance.random() < 0.85 else 3):
                if written == end:
                    break
                os.makedirs(where, exist_ok=True)
                path = f"{where}/attempt={attempt}.log"
                with open(path, "wb") as file:
                    file.write(text[: chance.randrange(500, 4000)])
                os.utime(path, (when, when))
                written += 1
print(written)
