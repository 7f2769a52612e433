import subprocess

done = subprocess.run(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], capture_output=True, text=True)
print(done.returncode, repr(done.stdout), repr(done.stderr))
piped = subprocess.run(["/bin/sh", "-c", "read line; echo got $line"], input="hello\n", capture_output=True, text=True, check=True)
print(piped.stdout.strip())
try:
    subprocess.run(["/bin/sh", "-c", "exit 7"], check=True)
except subprocess.CalledProcessError as error:
    print(error)
try:
    subprocess.run(["/no/such/program"])
except FileNotFoundError:
    print("not found")
