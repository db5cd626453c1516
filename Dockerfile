FROM python:3.11.15-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/apogee apogee
WORKDIR /opt/apogee
COPY requirements.lock pyproject.toml README.md apogee.py ./
COPY dashboard dashboard
COPY metrics metrics
COPY ingest ingest
COPY sql sql
RUN pip install --no-cache-dir -r requirements.lock && pip install --no-cache-dir --no-deps .
USER apogee
ENV APOGEE_DATA=/var/lib/apogee
EXPOSE 8050
CMD ["apogee", "serve", "--host", "0.0.0.0"]
